// A running `lilo up`, and what a test asks of it.

import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const program = process.env.LILO ?? join(target, "debug", "lilo");
// Pictures of the run, and the clip.
export const folder = join(target, "page");
mkdirSync(folder, { recursive: true });

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Longer than anything takes on a slow machine; reached only by a test that fails.
const PATIENCE = 90_000;

// Waits until `look` gives something.
export async function until(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`not within ${PATIENCE / 1000} s: ${what}`);
    await pause(100);
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export const BITS = 12;
export const CLIP_SECONDS = 12;

// A clip whose pictures carry their number, as 12 columns of black and white: the upper half is a
// bit, the lower half its complement. And a tone.
export function clip() {
  const path = join(folder, "numbered.mp4");
  const bit = `mod(floor(N/pow(2,${BITS - 1}-X)),2)`;
  const luma = `if(eq(${bit},lt(Y,1)),235,16)`;
  const ground = `color=black:s=${BITS}x2:r=25:d=${CLIP_SECONDS},format=yuv420p`;
  const picture = `${ground},geq=lum='${luma}':cb=128:cr=128,scale=384:216:flags=neighbor,setsar=1`;
  const sound = `sine=d=${CLIP_SECONDS}:r=48000`;
  const options = ["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound];
  options.push("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-c:a", "aac", path);
  const made = spawnSync("ffmpeg", options, { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no clip: ${made.stderr}`);
  return path;
}

export class Loop {
  // Starts the command, and waits until it has printed the page's URL.
  static async up(options = [], page = undefined) {
    const loop = new Loop();
    const address = page ?? `127.0.0.1:${await freePort()}`;
    loop.origin = `http://${address}`;
    loop.port = await freePort();
    loop.lines = [];
    const own = ["--output", "json", "--medialive-listen", "127.0.0.1:0"];
    own.push("--port", String(loop.port), "--page-listen", address);
    const stdio = ["ignore", "pipe", "pipe"];
    loop.child = spawn(program, ["up", ...own, ...options], { stdio });
    loop.ended = new Promise((done) => loop.child.once("exit", done));
    loop.errors = "";
    loop.child.stderr.on("data", (text) => (loop.errors += text));
    createInterface(loop.child.stdout).on("line", (line) => loop.lines.push(JSON.parse(line)));
    const made = (await loop.line("made")).data;
    loop.page = made.page;
    loop.channel = made.channelId;
    loop.medialive = `${made.medialive}/prod/channels/${made.channelId}`;
    return loop;
  }

  // The page's URL for this path, with the key.
  url(path) {
    return this.origin + path + new URL(this.page).search;
  }

  // The line of this type, once it is printed.
  line(type, holds = () => true) {
    return until(`a line ${type}`, () => {
      if (this.child.exitCode !== null) throw new Error(`lilo up has ended: ${this.errors}`);
      return this.lines.find((line) => line.type === type && holds(line.data));
    });
  }

  // Another channel beside the loop's: two pipelines of 216 lines, not started.
  async smallChannel() {
    const at = this.medialive.replace(/\/channels\/.*/, "");
    const send = async (method, path, body) => {
      const answer = await fetch(at + path, { method, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
      return answer.json();
    };
    const own = await send("GET", `/channels/${this.channel}`);
    const [attachment] = own.inputAttachments;
    const { sources } = await send("GET", `/inputs/${attachment.inputId}`);
    const named = { name: "small", requestId: "small" };
    const { input } = await send("POST", "/inputs", { ...named, type: "MP4_FILE", sources });
    const urls = [await freePort(), await freePort()].map((port) => `rtp://127.0.0.1:${port}`);
    const { id } = own.destinations[0];
    const encoderSettings = own.encoderSettings;
    Object.assign(encoderSettings.videoDescriptions[0], { width: 384, height: 216 });
    const { channel } = await send("POST", "/channels", {
      ...named,
      channelClass: "STANDARD",
      destinations: [{ id, settings: urls.map((url) => ({ url })) }],
      encoderSettings,
      inputAttachments: [{ ...attachment, inputId: input.id }],
      inputSpecification: own.inputSpecification,
      roleArn: own.roleArn,
    });
    const state = async () => (await send("GET", `/channels/${channel.id}`)).state;
    await until("IDLE", async () => (await state()) === "IDLE");
    const remove = async () => {
      await send("DELETE", `/channels/${channel.id}`);
      await until("DELETED", async () => (await state()) === "DELETED");
      await send("DELETE", `/inputs/${input.id}`);
    };
    return { state, remove };
  }

  async end() {
    this.child.kill("SIGINT");
    return this.ended;
  }
}

// The page's answer to a request with exactly these headers. An endless body is not read.
export function answer(url, headers, method = "GET") {
  return new Promise((done, failed) => {
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      const { statusCode: status, headers } = answer;
      let body = "";
      answer.on("data", (part) => (body += part));
      const end = () => (done({ status, headers, body }), asked.destroy());
      if (headers["content-type"] === "text/event-stream") end();
      else answer.on("end", end);
    });
    asked.on("error", failed).end();
  });
}
