// Who may read the page and change something, over HTTP as other programs speak it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Loop, answer, clip, freePort } from "./loop.mjs";

const KEY = "0".repeat(32);

let loop;
let own;
let host;
let port;

before(async () => {
  // Any loopback address will do.
  const address = `127.0.0.2:${await freePort()}`;
  loop = await Loop.up(["--source", clip(), "--param", "AutoStart=false"], address);
  ({ host, port } = new URL(loop.origin));
  const front = await answer(loop.page, { host });
  const token = front.body.match(/name="lilo-token" content="(\w+)"/)[1];
  own = { host, origin: loop.origin, "x-lilo-token": token };
});

after(() => loop?.end());

const status = async (url, headers, method) => (await answer(url, headers, method)).status;

// Each has to be refused wherever it goes.
const foreign = () => ({
  "another website": { ...own, origin: "http://evil.example" },
  "a sandboxed frame": { ...own, origin: "null" },
  "a rebound name": { ...own, host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
  "another port": { ...own, host: "127.0.0.2:1" },
  "another address": { ...own, host: `127.0.0.3:${port}` },
});

async function refusesKeylessAndForeign(path, method) {
  for (const [name, headers] of Object.entries(foreign()))
    assert.equal(await status(loop.url(path), headers, method), 403, `${path}: ${name}`);
  for (const query of ["", "?key=", `?key=${KEY}`])
    assert.equal(await status(loop.origin + path + query, own, method), 403, path + query);
}

test("only who has the key and the page itself may read", async () => {
  const paths = ["/", "/page.css", "/page.js", "/pictures.js", "/live", "/nothing"];
  paths.push(`/stream/${loop.channel}/0`, `/still/${loop.channel}/0`);
  for (const path of paths) {
    await refusesKeylessAndForeign(path, "GET");
    const elsewhere = { ...own, "sec-fetch-site": "cross-site" };
    // A link on another website may lead to the page.
    if (path !== "/") assert.equal(await status(loop.url(path), elsewhere), 403, path);
    const wanted = path === "/nothing" ? 404 : /stream|still/.test(path) ? 204 : 200;
    assert.equal(await status(loop.url(path), { host }), wanted, path);
  }
});

test("only the page itself may change something", async () => {
  for (const path of [`/start/${loop.channel}`, `/stop/${loop.channel}`, "/send-again/0"]) {
    await refusesKeylessAndForeign(path, "POST");
    for (const [name, headers] of Object.entries({
      "no token": { host, origin: loop.origin },
      "an old token": { ...own, "x-lilo-token": KEY },
      "the key as token": { ...own, "x-lilo-token": new URL(loop.page).searchParams.get("key") },
      "another site's fetch": { ...own, "sec-fetch-site": "cross-site" },
    }))
      assert.equal(await status(loop.url(path), headers, "POST"), 403, `${path}: ${name}`);
    // A link must not do it either.
    assert.equal(await status(loop.url(path), own), 405, path);
  }
  const { state } = await fetch(loop.medialive).then((it) => it.json());
  assert.equal(state, "IDLE");
  // With everything right it is done: a channel that does not run cannot be stopped.
  assert.equal(await status(loop.url(`/stop/${loop.channel}`), own, "POST"), 409);
  assert.equal(await status(loop.url("/send-again/0"), own, "POST"), 204);
  assert.equal(await status(loop.url(`/start/${loop.channel}`), own, "POST"), 204);
});

test("the updates do not hold the secrets", async () => {
  const updates = await fetch(loop.url("/live"));
  const reader = updates.body.getReader();
  const text = new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  assert.match(text, /^event: changes/);
  const key = new URL(loop.page).searchParams.get("key");
  for (const secret of [key, own["x-lilo-token"]]) assert.ok(!text.includes(secret), text);
});
