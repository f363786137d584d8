// Chromium, and a page of a loop in it.

import { execSync } from "node:child_process";
import { chromium } from "playwright-core";
import { until } from "./loop.mjs";

const installed = () => execSync("command -v chromium", { encoding: "utf8" }).trim();

export function launch() {
  const executablePath = process.env.LILO_CHROMIUM ?? installed();
  // Chromium refuses to run as root with its sandbox; the page is ours.
  const args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"];
  return chromium.launch({ executablePath, args });
}

// A window with the loop's page, in a browser of its own unless there is a `context`. What the page
// must not do is in its `complaints`.
export async function open(browser, loop, { context, script = () => {} } = {}) {
  context ??= await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addInitScript(script);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    // A command that has ended cannot be reached: the tests that end it expect that.
    const expected = text.includes("ERR_CONNECTION_REFUSED");
    if (message.type() === "error" && !expected) page.complaints.push(text);
  });
  page.on("request", (request) => {
    const own = request.url().startsWith(`${loop.origin}/`);
    if (!own && !/^(blob|data):/.test(request.url())) page.complaints.push(request.url());
  });
  await page.goto(loop.page);
  return page;
}

export const state = (page) => page.locator(".state").first().textContent();

export const reaches = (page, wanted) =>
  until(`the state ${wanted}`, async () => {
    const shown = await page.locator(".state").count();
    return shown > 0 && (await state(page)) === wanted;
  });

export const position = (page) =>
  page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);

export async function plays(page) {
  const before = await position(page);
  await until("the picture moves", async () => (await position(page)) > before + 0.5);
}

// As if another window were in front of this one, or no more.
export const hide = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
