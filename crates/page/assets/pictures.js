// Plays the channels' streams, or shows stills.

const MediaSourceKind = window.ManagedMediaSource ?? window.MediaSource;
// Seconds between what has come and what is shown. More where the machine is slow.
const NEAREST = 0.5;
const FARTHEST = 1.5;
const TOO_FAR = 3;
// Two streams for all windows of this browser leave connections for updates and buttons.
const PLACES = ["first stream", "second stream"];

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export async function show(figure) {
  heed(figure);
  let plays = Boolean(MediaSourceKind && navigator.locks && figure.dataset.stream);
  while (figure.isConnected && !refused) {
    if (document.hidden) {
      await pause(500);
      continue;
    }
    const played = plays ? await inPlace(() => stream(figure).catch(() => true)) : undefined;
    if (played === undefined) {
      if (plays) remark(figure, "Stills: two other pictures play already.");
      await still(figure);
      await pause(2000);
    } else {
      plays = played;
      await pause(500);
    }
  }
}

export function toggleSound(figure) {
  const video = figure.querySelector("video");
  video.muted = !video.muted;
  // A browser may have refused to begin by itself.
  if (video.paused && !isPaused(figure)) video.play().catch(() => {});
}

// The key of an earlier run is refused for ever.
let refused = false;

async function get(path, options) {
  const answer = await fetch(path + location.search, options);
  refused ||= answer.status === 403;
  return answer;
}

// What `play` gives; undefined if every place is taken.
async function inPlace(play) {
  for (const place of PLACES) {
    const held = await navigator.locks.request(place, { ifAvailable: true }, async (lock) =>
      lock ? { played: await play() } : null,
    );
    if (held) return held.played;
  }
}

// What a person does with the player's own controls.
function heed(figure) {
  const video = figure.querySelector("video");
  if (!video) return;
  // A picture that a person paused stays paused, also over a new connection.
  video.addEventListener("pause", () => (figure.dataset.paused = ""));
  video.addEventListener("play", () => delete figure.dataset.paused);
  video.addEventListener("volumechange", () => {
    const sounds = !video.muted && video.volume > 0;
    figure.querySelector(".sound").setAttribute("aria-pressed", String(sounds));
  });
}

const isPaused = (figure) => "paused" in figure.dataset;

function remark(figure, text) {
  const place = figure.querySelector(".behind");
  if (place && place.textContent !== text) place.textContent = text;
}

function visible(figure, kind) {
  for (const part of figure.querySelectorAll(".screen > *")) part.hidden = !part.matches(kind);
}

async function still(figure) {
  const answer = await get(figure.dataset.still).catch(() => null);
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
  const answer = await get(figure.dataset.stream, { signal: stop.signal });
  if (answer.status !== 200) return visible(figure, ".dark"), remark(figure, ""), true;
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
    remark(figure, "");
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  }
}

function find(bytes, name) {
  const [a, b, c, d] = [...name].map((letter) => letter.charCodeAt(0));
  for (let at = 0; at + 4 < bytes.length; at++)
    if (bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d)
      return at;
  return -1;
}

const has = (bytes, name) => find(bytes, name) >= 0;

// The codecs as RFC 6381 writes them: the profile and level are in the header's avcC box.
function typeOf(head) {
  const at = find(head, "avcC") + 5;
  const digits = (byte) => byte.toString(16).padStart(2, "0");
  const profile = [...head.slice(at, at + 3)].map(digits).join("");
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
// a tenth of a second in a minute. A picture that a person paused stays; it goes on at the end.
function follow(video, buffer, figure) {
  let target = NEAREST;
  let begun = false;
  const range = () => {
    const { buffered } = buffer;
    const last = buffered.length - 1;
    return last < 0 ? null : { start: buffered.start(last), end: buffered.end(last) };
  };
  const jump = ({ start, end }) => (video.currentTime = Math.max(start, end - target));
  video.onwaiting = () => {
    if (begun) target = Math.min(target + 0.25, FARTHEST);
    video.dataset.stalls = Number(video.dataset.stalls ?? 0) + Number(begun);
  };
  video.onplay = () => begun && jump(range());
  return () => {
    const now = range();
    if (!now || (!begun && now.end - now.start < target)) return;
    if (!begun) {
      jump(now);
      if (!isPaused(figure)) video.play().catch(() => {});
      begun = true;
    }
    if (video.paused) return remark(figure, "Paused");
    const behind = now.end - video.currentTime;
    target = Math.max(NEAREST, target - 0.0002);
    if (behind > TOO_FAR || video.currentTime < now.start) jump(now);
    video.playbackRate = behind > target + 0.3 ? 1.08 : 1;
    remark(figure, `${behind.toFixed(1)} s behind the stream`);
  };
}
