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
export const CLIP_SECONDS = 40;

// A clip whose pictures carry their number, as 12 columns of black and white: the upper half is a
// bit, the lower half its complement. And a tone.
export function clip() {
  const path = join(folder, "numbered.mp4");
  const bit = `mod(floor(N/pow(2,${BITS - 1}-floor(X/32))),2)`;
  const picture = `color=black:s=${BITS * 32}x216:r=25:d=${CLIP_SECONDS},format=yuv420p,geq=lum='if(eq(${bit},lt(Y,108)),235,16)':cb=128:cr=128`;
  const options = ["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", `sine=d=${CLIP_SECONDS}:r=48000`];
  options.push("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-c:a", "aac", path);
  const made = spawnSync("ffmpeg", options, { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no clip: ${made.stderr}`);
  return path;
}

export class Loop {
  // Starts the command; its page answers at once, its channel comes later.
  static async up(options = [], page = undefined) {
    const loop = new Loop();
    loop.page = `http://127.0.0.1:${page ?? (await freePort())}`;
    loop.port = await freePort();
    loop.lines = [];
    const own = ["--output", "json", "--medialive-listen", "127.0.0.1:0", "--port", String(loop.port)];
    loop.child = spawn(program, ["up", ...own, "--page-listen", loop.page.slice(7), ...options], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    loop.ended = new Promise((done) => loop.child.once("exit", done));
    loop.errors = "";
    loop.child.stderr.on("data", (text) => (loop.errors += text));
    createInterface(loop.child.stdout).on("line", (line) => loop.lines.push(JSON.parse(line)));
    await until("the page answers", () => answer(loop.page, {}).then((it) => it.status === 200, () => false));
    return loop;
  }

  // The line of this type, once it is printed.
  line(type, holds = () => true) {
    return until(`a line ${type}`, () => {
      if (this.child.exitCode !== null) throw new Error(`lilo up has ended: ${this.errors}`);
      return this.lines.find((line) => line.type === type && holds(line.data));
    });
  }

  running() {
    return this.line("medialive-event", (event) => event.detail.state === "RUNNING");
  }

  async end() {
    this.child.kill("SIGINT");
    return this.ended;
  }
}

// What the page answers to a request with exactly these headers.
export function answer(url, headers, method = "GET") {
  return new Promise((done, failed) => {
    const asked = request(url, { method, headers, agent: false }, (answer) => {
      let body = "";
      answer.on("data", (part) => (body += part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body }));
    });
    asked.on("error", failed);
    asked.end();
  });
}
