// The picture and the sound of the page, in Chromium.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { hide, launch, open, plays, position, reaches } from "./browser.mjs";
import { CLIP_SECONDS, Loop, clip, freePort, until } from "./loop.mjs";
import { entered, shown } from "./numbers.mjs";

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Bytes that a connection on loopback may hold, and a second of the stream.
const MOST_KEPT = 8e6;

let browser;
let loop;
let page;

before(async () => {
  browser = await launch();
  // The thumbnails show what enters the encoder.
  loop = await Loop.up(["--source", clip(), "--param", "Thumbnails=AUTO"]);
  page = await open(browser, loop);
  await reaches(page, "RUNNING");
});

after(async () => {
  await browser?.close();
  await loop?.end();
});

test("the picture moves, and the sound can be heard", async () => {
  await plays(page);
  const first = await until("a number", () => shown(page));
  await sleep(1000);
  const second = await until("a number", () => shown(page));
  const length = CLIP_SECONDS * 25;
  const step = (second.number - first.number + length) % length;
  assert.ok(step > 5 && step < 60, `${step} pictures in a second`);

  const sound = page.getByRole("button", { name: "Sound" });
  await sound.click();
  const loudest = await page.evaluate(async () => {
    const context = new AudioContext();
    const meter = context.createAnalyser();
    const stream = document.querySelector("video").captureStream();
    context.createMediaStreamSource(stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    let loudest = 0;
    for (let look = 0; look < 20; look++) {
      await new Promise((done) => setTimeout(done, 100));
      meter.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, ...samples);
    }
    await context.close();
    return loudest;
  });
  assert.ok(loudest > 0.01, `the loudest sample is ${loudest}`);

  const pressed = () => sound.getAttribute("aria-pressed");
  assert.equal(await pressed(), "true");
  // The player's own control.
  await page.evaluate(() => (document.querySelector("video").muted = true));
  await until("the button shows it", async () => (await pressed()) === "false");
});

test("it plays past the clip's end, near the stream", async (context) => {
  const length = CLIP_SECONDS;
  const delays = [];
  await page.evaluate(() => {
    const video = document.querySelector("video");
    window.behind = [];
    window.looking = setInterval(() => {
      const { buffered, currentTime } = video;
      if (buffered.length) window.behind.push(buffered.end(buffered.length - 1) - currentTime);
    }, 100);
  });
  const begun = Date.now();
  // More than a pass of the clip.
  while (Date.now() - begun < (length + 3) * 1000) {
    const into = await entered(page, loop);
    const seen = await shown(page);
    if (into && seen) {
      const delay = (seen.at - into.at) / 1000 - (seen.number - into.number) / 25;
      delays.push(((delay % length) + length) % length);
    }
    await sleep(500);
  }
  const behind = await page.evaluate(() => (clearInterval(window.looking), window.behind));
  const stalls = await page.evaluate(() => document.querySelector("video").dataset.stalls ?? 0);
  for (const list of [delays, behind]) list.sort((a, b) => a - b);
  const median = delays[Math.floor(delays.length / 2)];
  const near = behind.filter((it) => it <= 3).length / behind.length;
  const most = (list) => `at most ${list.at(-1).toFixed(2)} s of ${list.length} looks`;
  context.diagnostic(`from the encoder's input: median ${median.toFixed(2)} s, ${most(delays)}`);
  context.diagnostic(`behind the stream: ${most(behind)}, ${(near * 100).toFixed(1)} % near`);
  context.diagnostic(`stalls: ${stalls}`);
  assert.ok(behind.length > length * 5 && near >= 0.95, `${near} of ${behind.length} looks`);
  // The encoder and the second of the stream that evens it out come before.
  assert.ok(delays.length >= 5 && median < 5, `${delays}`);
});

test("a picture that a person pauses stays paused", async () => {
  const behind = () =>
    page.evaluate(() => {
      const { buffered, currentTime } = document.querySelector("video");
      return buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
    });
  await page.evaluate(() => document.querySelector("video").pause());
  const paused = await position(page);
  await until("it would jump", async () => (await behind()) > 4);
  assert.equal(await position(page), paused);
  await page.locator(".behind", { hasText: "Paused" }).waitFor();

  await hide(page, true);
  await page.getByText("No picture while").waitFor();
  await hide(page, false);
  await page.locator(".behind", { hasText: "Paused" }).waitFor();
  const again = await position(page);
  await until("more has come", async () => (await behind()) > 1.5);
  assert.equal(await position(page), again);

  await page.evaluate(() => document.querySelector("video").play());
  await plays(page);
  assert.ok((await behind()) < 3, `${await behind()} s`);
});

test("a browser that cannot play the stream shows stills", async () => {
  const without = await open(browser, loop, { script: () => delete window.MediaSource });
  const image = without.locator("figure img");
  await image.waitFor();
  const first = await image.getAttribute("src");
  await until("another still", async () => (await image.getAttribute("src")) !== first);
  const width = await image.evaluate((image) => image.decode().then(() => image.naturalWidth));
  assert.equal(width, 480);
  assert.deepEqual(without.complaints, []);
  await without.context().close();
});

test("a reader that does not read loses its connection, not the stream", async (context) => {
  const receiver = createSocket("udp4");
  let received = 0;
  receiver.on("message", (datagram) => (received += datagram.length));
  await new Promise((done) => receiver.bind(loop.port, "127.0.0.1", done));
  const open = () =>
    new Promise((done, failed) => {
      const asked = request(loop.url(`/stream/${loop.channel}/0`), { agent: false }, done);
      asked.on("error", failed).end();
    });
  const [reader, stuck] = [await open(), await open()];
  for (const it of [reader, stuck]) it.on("error", () => {}).pause();
  // More than what the system keeps for it; datagrams come all the time.
  while (received < MOST_KEPT) {
    const before = received;
    await sleep(1000);
    assert.ok(received > before, "no datagram in a second");
  }
  receiver.close();
  // What was kept comes, then the end: the stream itself has none.
  let ended = false;
  let kept = 0;
  reader.on("data", (part) => (kept += part.length)).on("close", () => (ended = true)).resume();
  await until("the end of its connection", () => ended);
  context.diagnostic(`kept for it: ${(kept / 1e6).toFixed(1)} MB`);
  assert.ok(kept > 0 && kept < MOST_KEPT, `${kept} bytes`);
  await plays(page);
  // The other one stays, to the end of the command.
});

const pictures = (page) =>
  page.evaluate(() => {
    const videos = [...document.querySelectorAll("video")];
    return videos.filter((it) => it.currentTime > 1).length;
  });

// Three pipelines of 1080 lines are too much for two processors.
test("two channels play at once, one of them with two pipelines", async () => {
  const small = await loop.smallChannel();
  const start = page.getByRole("button", { name: "Start small" });
  await start.click();
  await until("RUNNING", async () => (await small.state()) === "RUNNING");
  // Of three pictures two play, so that the buttons have a connection left.
  await until("two pictures", async () => (await pictures(page)) === 2);
  await page.locator("figure img:visible").first().waitFor();
  const window = await open(browser, loop, { context: page.context() });
  await window.locator("figure img:visible").nth(2).waitFor();
  await plays(page);

  await window.getByRole("button", { name: "Stop small" }).click();
  await until("IDLE", async () => (await small.state()) === "IDLE");
  assert.deepEqual(window.complaints, []);
  await window.close();
  await small.remove();
  await until("one channel", async () => (await page.locator(".state").count()) === 1);
});

test("the page complains of nothing", () => assert.deepEqual(page.complaints, []));

test("the command ends though a reader is stuck", async () => assert.equal(await loop.end(), 0));
