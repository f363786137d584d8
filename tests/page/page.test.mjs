// The page of `lilo up` in Chromium: what a person sees, hears and does.

import assert from "node:assert/strict";
import { execSync } from "node:child_process";
import { createRequire } from "node:module";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { BITS, CLIP_SECONDS, Loop, answer, clip, folder, freePort, until } from "./loop.mjs";

// The page allows no script of others; the debugger puts it there.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const executablePath = process.env.LILO_CHROMIUM ?? execSync("command -v chromium", { encoding: "utf8" }).trim();
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

let browser;
let loop;
let page;

before(async () => {
  // Chromium refuses to run as root with its sandbox; the page is ours.
  const args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"];
  browser = await chromium.launch({ executablePath, args });
  loop = await Loop.up(["--source", clip()]);
  page = await open(loop);
});

after(async () => {
  await browser?.close();
  await loop?.end();
});

// A page of its own, which must not complain.
async function open(loop, options = {}, script = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(script);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  // A command that has ended cannot be reached: the tests that end it expect that.
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !text.includes("ERR_CONNECTION_REFUSED")) page.complaints.push(text);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(loop.page) && !/^(blob|data):/.test(request.url())) page.complaints.push(request.url());
  });
  await page.goto(`${loop.page}/`);
  return page;
}

const state = (page) => page.locator(".state").first().textContent();
const reaches = (page, wanted) => until(`the state ${wanted}`, async () => (await page.locator(".state").count()) && (await state(page)) === wanted);
const position = (page) => page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
const plays = async (page) => {
  const before = await position(page);
  await until("the picture moves", async () => (await position(page)) > before + 0.5);
};

// The number in a picture that `draw` draws, in the browser.
const number = (page, draw, argument) =>
  page.evaluate(
    async ([draw, argument, bits]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: bits * 32, height: 216 });
      const context = canvas.getContext("2d", { willReadFrequently: true });
      await new Function("context", "argument", `return (${draw})(context, argument)`)(context, argument);
      const at = Date.now();
      const bright = (column, y) => context.getImageData(column * 32 + 16, y, 1, 1).data[1];
      let number = 0;
      for (let column = 0; column < bits; column++) {
        const [upper, lower] = [bright(column, 54), bright(column, 162)];
        if (Math.abs(upper - lower) < 100) return null;
        number = number * 2 + Number(upper > lower);
      }
      return { number, at };
    },
    [String(draw), argument, BITS],
  );
const shown = (page) =>
  number(page, (context) => context.drawImage(document.querySelector("video"), 0, 0, context.canvas.width, 216));

test("the states go from CREATING to RUNNING", async () => {
  assert.equal((await loop.line("made")).data.page, `${loop.page}/`);
  await reaches(page, "RUNNING");
  const states = () => page.locator(".history li strong").allTextContents();
  // The history follows the state after a moment.
  await until("four states", async () => (await states()).length >= 4);
  assert.deepEqual((await states()).slice(0, 4), ["CREATING", "IDLE", "STARTING", "RUNNING"]);
});

test("the picture moves, and the sound can be heard", async () => {
  await plays(page);
  const [first, second] = [await until("a number", () => shown(page)), await sleep(1000).then(() => until("a number", () => shown(page)))];
  const step = (second.number - first.number + CLIP_SECONDS * 25) % (CLIP_SECONDS * 25);
  assert.ok(step > 5 && step < 60, `${step} pictures in a second`);

  await page.getByRole("button", { name: "Sound" }).click();
  const loudest = await page.evaluate(async () => {
    const context = new AudioContext();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(document.querySelector("video").captureStream()).connect(meter);
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
  assert.equal(await page.evaluate(() => document.querySelector("video").muted), false);
});

test("it plays on past the end of the clip, at most three seconds behind", async (context) => {
  const medialive = (await loop.line("made")).data.medialive;
  const channel = (await loop.line("made")).data.channelId;
  const length = CLIP_SECONDS * 25;
  const delays = [];
  let behind = 0;
  const begun = Date.now();
  // More than a pass of the clip.
  while (Date.now() - begun < (CLIP_SECONDS + 5) * 1000) {
    const thumbnails = `${medialive}/prod/channels/${channel}/thumbnails?pipelineId=0&thumbnailType=CURRENT_ACTIVE`;
    const detail = (await fetch(thumbnails).then((it) => it.json())).thumbnailDetails[0].thumbnails[0];
    const draw = async (context, body) => {
      const image = new Image();
      image.src = `data:image/jpeg;base64,${body}`;
      await image.decode();
      context.drawImage(image, 0, 0, context.canvas.width, 216);
    };
    const entered = await number(page, draw, detail.body);
    const seen = await shown(page);
    if (entered && seen) {
      const later = (seen.number - entered.number + 1.5 * length) % length - length / 2;
      delays.push((seen.at - Date.parse(detail.timeStamp)) / 1000 - later / 25);
    }
    behind = Math.max(behind, await page.evaluate(() => Number(document.querySelector("figure").dataset.behind)));
    await sleep(1000);
  }
  delays.sort((a, b) => a - b);
  const median = delays[Math.floor(delays.length / 2)];
  const stalls = Number(await page.evaluate(() => document.querySelector("video").dataset.stalls ?? 0));
  const figures = `median ${median.toFixed(2)} s, most ${delays.at(-1).toFixed(2)} s, of ${delays.length}`;
  context.diagnostic(`from the encoder's input to the screen: ${figures}`);
  context.diagnostic(`behind the stream as sent: at most ${behind} s; stalls: ${stalls}`);
  assert.ok(behind > 0 && behind <= 3, `${behind} s behind`);
  // The encoder and the second of the stream that evens it out come before.
  assert.ok(delays.length > 10 && median < 5, `${delays}`);
});

test("a browser that cannot play the stream shows stills", async () => {
  const without = await open(loop, {}, () => delete window.MediaSource);
  const image = without.locator("figure img");
  await image.waitFor();
  const first = await image.getAttribute("src");
  await until("another still", async () => (await image.getAttribute("src")) !== first);
  assert.equal(await image.evaluate((image) => image.decode().then(() => image.naturalWidth)), 480);
  assert.deepEqual(without.complaints, []);
  await without.context().close();
});

test("stop and start work, and say what the starter decided", async () => {
  await page.getByRole("button", { name: "Stop lilo" }).click();
  await reaches(page, "IDLE");
  await page.getByText("No picture while the channel does not run.").waitFor();
  // Pressed in vain, it does nothing.
  await page.getByRole("button", { name: "Stop lilo" }).click({ force: true });
  await page.getByRole("button", { name: "Start lilo" }).click();
  await reaches(page, "RUNNING");
  await plays(page);

  const stopped = page.locator("#events > li", { hasText: "STOPPED" });
  await stopped.getByText("forget since when it ran").waitFor();
  const created = page.locator("#events > li", { hasText: "CREATED" });
  await created.getByText("IDLE: start it").waitFor();
  await created.getByText("Calls: DescribeChannel 200, StartChannel 200").waitFor();
  await page.locator("#calls tr", { hasText: "a person" }).first().waitFor();
});

test("an event can be sent again, and the starter sees it", async () => {
  const created = page.locator("#events > li", { hasText: "CREATED" });
  assert.equal(await created.count(), 1);
  await created.getByRole("button", { name: "Send again" }).click();
  const again = page.locator("#events > li", { hasText: "sent from this page" });
  await again.getByText("RUNNING: nothing").waitFor();
  assert.equal(await state(page), "RUNNING");
});

test("what people paste elsewhere is copied", async () => {
  const context = page.context();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  for (const [name, text] of [
    ["ffplay", `ffplay rtp://127.0.0.1:${loop.port}`],
    ["VLC", `vlc rtp://@127.0.0.1:${loop.port}`],
    ["SDP", `m=video ${loop.port} RTP/AVP 33`],
  ]) {
    await page.getByRole("button", { name: `Copy ${name}` }).click();
    await page.getByText("Copied").waitFor();
    assert.ok((await page.evaluate(() => navigator.clipboard.readText())).includes(text), name);
    await page.getByText("Copied").waitFor({ state: "detached" });
  }
});

for (const [name, options] of [
  ["desktop", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
  ["phone", { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true }],
]) {
  test(`axe finds nothing on a ${name}`, async () => {
    const page = await open(loop, options);
    await reaches(page, "RUNNING");
    await plays(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run());
    const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((it) => it.html).join(" ")}`);
    assert.deepEqual(violations, []);
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(widths[0] <= widths[1], `it is wider than the screen: ${widths}`);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("every button is reached by keyboard, and keeps the focus", async () => {
  await page.getByRole("button", { name: "Stop lilo" }).focus();
  await page.keyboard.press("Enter");
  await reaches(page, "IDLE");
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim().split(" ")[0]), "Stop");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await reaches(page, "RUNNING");
});

test("a reader that does not read loses its connection, not the stream", async () => {
  const channel = (await loop.line("made")).data.channelId;
  const receiver = createSocket("udp4");
  let received = 0;
  receiver.on("message", () => received++);
  await new Promise((done) => receiver.bind(loop.port, "127.0.0.1", done));
  const reader = await new Promise((done, failed) => {
    const asked = request(`${loop.page}/stream/${channel}/0`, { agent: false }, done);
    asked.on("error", failed).end();
  });
  reader.pause();
  // Longer than what the system keeps for it; datagrams come all the time.
  for (let second = 0; second < 20; second++) {
    const before = received;
    await sleep(1000);
    assert.ok(received > before, `no datagram in second ${second}`);
  }
  receiver.close();
  // What was kept comes, then the end: the stream itself has none.
  let ended = false;
  reader.on("end", () => (ended = true)).resume();
  await until("the end of its connection", () => ended);
  await plays(page);
});

test("only the page itself may change something", async () => {
  const { channelId } = (await loop.line("made")).data;
  const { port, host } = new URL(loop.page);
  const token = (await answer(loop.page, {})).body.match(/name="lilo-token" content="(\w+)"/)[1];
  const own = { host, origin: loop.page, "x-lilo-token": token };
  for (const path of [`/start/${channelId}`, `/stop/${channelId}`, "/send-again/0"]) {
    for (const [what, headers] of Object.entries({
      "another website": { ...own, origin: "http://evil.example" },
      "a sandboxed frame": { ...own, origin: "null" },
      "a rebound name": { ...own, host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      "another port": { ...own, host: "127.0.0.1:1" },
      "no token": { host, origin: loop.page },
      "an old token": { ...own, "x-lilo-token": "0".repeat(32) },
      "another site's fetch": { ...own, "sec-fetch-site": "cross-site" },
    })) {
      assert.equal((await answer(loop.page + path, headers, "POST")).status, 403, `${path}: ${what}`);
    }
    // A link must not do it either.
    assert.equal((await answer(loop.page + path, own)).status, 405, path);
  }
  for (const path of ["/", "/live", `/stream/${channelId}/0`, `/still/${channelId}/0`]) {
    assert.equal((await answer(loop.page + path, { host: `evil.example:${port}` })).status, 403, path);
  }
  assert.equal(await state(page), "RUNNING");
  // With everything right it is done: a started channel cannot be started again.
  assert.equal((await answer(`${loop.page}/start/${channelId}`, own, "POST")).status, 409);
});

test("two loops play at once, one of them with two pipelines", async () => {
  const options = ["ChannelClass=STANDARD", "DestinationIp2=127.0.0.1", `DestinationPort2=${await freePort()}`, "VideoBitrate=2000000"];
  const other = await Loop.up(options.flatMap((it) => ["--param", it]));
  const second = await open(other);
  await reaches(second, "RUNNING");
  await until("two pictures", () => second.evaluate(() => [...document.querySelectorAll("video")].filter((it) => it.currentTime > 1).length === 2));
  await plays(page);
  assert.deepEqual(second.complaints, []);
  await second.context().close();
  assert.equal(await other.end(), 0);
});

test("the page survives a restart of the command", async () => {
  const port = new URL(loop.page).port;
  assert.equal(await loop.end(), 0);
  await page.getByText("Trying again").waitFor();
  loop = await Loop.up([], port);
  await reaches(page, "RUNNING");
  await plays(page);
  // The picture in the README, made smaller.
  await page.screenshot({ path: join(folder, "readme.png") });
  await page.getByRole("button", { name: "Stop lilo" }).click();
  await reaches(page, "IDLE");
  assert.deepEqual(page.complaints, []);
});
