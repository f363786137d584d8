// Puts the server's pieces of HTML in place, plays the streams, and sends what a person presses.

const token = document.querySelector('meta[name="lilo-token"]').content;
const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// --- Pieces of the page

const shown = new Map();

function put({ id, list, html }) {
  const old = byId(id);
  if (html === undefined) {
    shown.delete(id);
    old?.remove();
    return;
  }
  // After a lost connection the server sends everything again; what is the same keeps playing.
  if (old && shown.get(id) === html) return;
  shown.set(id, html);
  const focused = old?.contains(document.activeElement) ? document.activeElement.id : "";
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const piece = holder.content.firstElementChild;
  if (old) old.replaceWith(piece);
  else if (list === "channels") byId(list).append(piece);
  else if (list) byId(list).prepend(piece);
  if (focused) byId(focused)?.focus();
  for (const figure of piece.querySelectorAll("figure[data-still]")) show(figure);
}

const updates = new EventSource("/live");
updates.addEventListener("run", ({ data }) => {
  // The command was started anew, and has another token.
  if (data !== token) location.reload();
});
updates.addEventListener("changes", ({ data }) => JSON.parse(data).forEach(put));
updates.onopen = () => (byId("connection").textContent = "Live");
updates.onerror = () => {
  byId("connection").textContent = "The command has ended, or cannot be reached. Trying again…";
  // A server that comes back within its keep-alive is found by the browser; a closed one is not.
  if (updates.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000);
};

// --- Buttons

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.copy) await copy(button);
  else if (button.dataset.post) await post(button);
  else if (button.matches(".sound")) toggleSound(button);
});

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

async function post(button) {
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button.dataset.post, { method: "POST", headers: { "x-lilo-token": token } });
    byId("message").textContent = answer.ok ? "" : await answer.text();
  } catch {
    byId("message").textContent = "The command cannot be reached.";
  }
  button.removeAttribute("aria-busy");
}

function toggleSound(button) {
  const video = button.closest("figure").querySelector("video");
  video.muted = !video.muted;
  button.setAttribute("aria-pressed", String(!video.muted));
  if (video.paused) video.play();
}

// --- Pictures

const MediaSourceKind = window.ManagedMediaSource ?? window.MediaSource;
// Seconds between what has come and what is shown. More where the machine is slow.
const NEAREST = 0.5;
const FARTHEST = 1.5;
const TOO_FAR = 3;

async function show(figure) {
  let plays = Boolean(MediaSourceKind && figure.dataset.stream);
  while (figure.isConnected) {
    if (document.hidden) {
      await pause(500);
    } else if (plays) {
      plays = await stream(figure).catch(() => true);
      await pause(500);
    } else {
      await still(figure);
      await pause(2000);
    }
  }
}

function visible(figure, kind) {
  for (const part of figure.querySelectorAll(".screen > *")) part.hidden = !part.matches(kind);
}

async function still(figure) {
  const answer = await fetch(figure.dataset.still).catch(() => null);
  if (answer?.status !== 200) return visible(figure, ".dark");
  const image = figure.querySelector("img");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(await answer.blob());
  visible(figure, "img");
}

// Plays until the stream ends; false where the browser cannot play it.
async function stream(figure) {
  const stop = new AbortController();
  const video = figure.querySelector("video");
  const answer = await fetch(figure.dataset.stream, { signal: stop.signal });
  if (answer.status !== 200) return visible(figure, ".dark"), true;
  const leave = () => document.hidden && stop.abort();
  document.addEventListener("visibilitychange", leave);
  try {
    const reader = answer.body.getReader();
    let head = new Uint8Array();
    while (!has(head, "moof")) {
      const { done, value } = await reader.read();
      if (done) return true;
      head = new Uint8Array([...head, ...value]);
    }
    const type = typeOf(head);
    if (!MediaSourceKind.isTypeSupported(type)) return false;
    const buffer = await open(video, type);
    visible(figure, "video");
    const follower = follow(video, buffer, figure);
    for (let next = { value: head }; !next.done && figure.isConnected; next = await reader.read()) {
      await append(buffer, next.value);
      follower();
    }
    return true;
  } finally {
    stop.abort();
    document.removeEventListener("visibilitychange", leave);
    visible(figure, ".dark");
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  }
}

function find(bytes, name) {
  const [a, b, c, d] = [...name].map((letter) => letter.charCodeAt(0));
  for (let at = 0; at + 4 < bytes.length; at++)
    if (bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d) return at;
  return -1;
}

const has = (bytes, name) => find(bytes, name) >= 0;

// The codecs as RFC 6381 writes them: the profile and level are in the header's avcC box.
function typeOf(head) {
  const at = find(head, "avcC") + 5;
  const profile = [...head.slice(at, at + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `video/mp4; codecs="avc1.${profile}${has(head, "mp4a") ? ",mp4a.40.2" : ""}"`;
}

function open(video, type) {
  return new Promise((done) => {
    const media = new MediaSourceKind();
    media.addEventListener("sourceopen", () => done(media.addSourceBuffer(type)), { once: true });
    // Safari plays a managed source only where it may not be sent to another screen.
    video.disableRemotePlayback = true;
    video.src = URL.createObjectURL(media);
  });
}

function change(buffer, begin) {
  return new Promise((done, failed) => {
    buffer.addEventListener("updateend", done, { once: true });
    buffer.addEventListener("error", failed, { once: true });
    begin();
  });
}

async function append(buffer, bytes) {
  await change(buffer, () => buffer.appendBuffer(bytes));
  const { buffered } = buffer;
  if (buffered.length && buffered.end(0) - buffered.start(0) > 30)
    await change(buffer, () => buffer.remove(0, buffered.end(0) - 15));
}

// Keeps the picture near the end of what has come: a little faster when it is far behind, a jump
// when that would take too long. After a stall it stays farther behind, and comes nearer again by
// a tenth of a second in a minute.
function follow(video, buffer, figure) {
  let target = NEAREST;
  let begun = false;
  video.onwaiting = () => {
    if (begun) target = Math.min(target + 0.25, FARTHEST);
    video.dataset.stalls = Number(video.dataset.stalls ?? 0) + Number(begun);
  };
  return () => {
    const { buffered } = buffer;
    if (!buffered.length) return;
    const end = buffered.end(buffered.length - 1);
    const start = buffered.start(buffered.length - 1);
    let behind = end - video.currentTime;
    if (!begun && end - start < target) return;
    target = Math.max(NEAREST, target - 0.0002);
    if (!begun || behind > TOO_FAR || video.currentTime < start) {
      video.currentTime = Math.max(start, end - target);
      behind = target;
      if (!begun) video.play().catch(() => {});
      begun = true;
    }
    video.playbackRate = behind > target + 0.3 ? 1.08 : 1;
    figure.dataset.behind = behind.toFixed(2);
    const text = `${behind.toFixed(1)} s behind the stream`;
    const place = figure.querySelector(".behind");
    if (place.textContent !== text) place.textContent = text;
  };
}
