// Puts the server's pieces of HTML in place, counts seconds, and sends what a person presses.

const token = document.querySelector('meta[name="lilo-token"]').content;
// The page's own URL ends with the key of the run, as every other has to.
const at = (path) => path + location.search;
const byId = (id) => document.getElementById(id);
const { show, toggleSound } = await import(at("/pictures.js"));

function say(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

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
  // The pieces inside it come again only if they have changed.
  for (const place of old ? piece.querySelectorAll("[id]") : [])
    if (shown.has(place.id) && byId(place.id)) place.replaceWith(byId(place.id));
  if (old) old.replaceWith(piece);
  else if (list === "channels") byId(list).append(piece);
  else if (list) byId(list).prepend(piece);
  if (focused) byId(focused)?.focus();
  for (const figure of piece.querySelectorAll("figure[data-still]")) show(figure);
}

function putAll(changes) {
  changes.forEach(put);
  count();
}

// What a new connection does not name has gone while there was none.
function putFirst(changes) {
  const named = new Set(changes.map(({ id }) => id));
  for (const id of [...shown.keys()]) if (!named.has(id)) put({ id });
  putAll(changes);
}

let updates;
// The command was started anew: this page's key is refused from now on.
let refused = false;

// Nobody looks at a hidden page, and a browser has six connections to a server for all windows.
function listen() {
  updates?.close();
  if (document.hidden || refused) return;
  let first = true;
  updates = new EventSource(at("/live"));
  updates.onopen = () => {
    first = true;
    say("connection", "Live");
  };
  updates.addEventListener("changes", ({ data }) => {
    (first ? putFirst : putAll)(JSON.parse(data));
    first = false;
  });
  updates.onerror = () => lost(updates);
}

// The browser connects again by itself, unless the server has answered something else.
async function lost(connection) {
  say("connection", "The command has ended, or cannot be reached. Trying again…");
  if (connection.readyState !== EventSource.CLOSED) return;
  const answer = await fetch(at("/")).catch(() => null);
  refused = answer?.status === 403;
  if (refused) say("connection", await answer.text());
  else setTimeout(() => connection === updates && listen(), 2000);
}

document.addEventListener("visibilitychange", listen);
listen();

// --- Seconds

// `8 s`, `3 min 8 s`, `2 h 3 min`, as the server writes them.
function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

function count() {
  const now = Date.now();
  const write = (place, time) => {
    if (place.textContent !== duration(time)) place.textContent = duration(time);
  };
  for (const place of document.querySelectorAll("[data-since]"))
    write(place, now - place.dataset.since);
  for (const place of document.querySelectorAll("[data-until]"))
    write(place, place.dataset.until - now);
  for (const { dataset, style } of document.querySelectorAll(".bar > *"))
    style.flexGrow = Math.max(100, (dataset.to ?? now) - dataset.from);
}

setInterval(count, 1000);

// --- Buttons

// Seconds that a request may take. AWS throttles, and LILO then tries again.
const PATIENCE = 20;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.copy) await copy(button);
  else if (button.dataset.post) await post(button);
  else if (button.matches(".sound")) toggleSound(button.closest("figure"));
});

async function copy(button) {
  const { copy, name } = button.dataset;
  const copied = await navigator.clipboard.writeText(copy).then(() => true, () => false);
  say("message", copied ? "" : "The browser does not let this page copy. Select the text instead.");
  if (!copied) return;
  const word = button.firstElementChild;
  word.textContent = "Copied";
  say("announcement", `${name} is copied.`);
  setTimeout(() => {
    word.textContent = "Copy";
    say("announcement", "");
  }, 1500);
}

async function post(button) {
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(at(button.dataset.post), {
      method: "POST",
      headers: { "x-lilo-token": token },
      signal: AbortSignal.timeout(PATIENCE * 1000),
    });
    say("message", answer.ok ? "" : await answer.text());
  } catch ({ name }) {
    const late = `No answer within ${PATIENCE} s. See whether the state changes, then try again.`;
    say("message", name === "TimeoutError" ? late : "The command cannot be reached.");
  }
  button.removeAttribute("aria-busy");
}
