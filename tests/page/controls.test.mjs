// The page as a person uses it, in Chromium: states, buttons, lists, keyboard and screen reader.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { hide, launch, open, plays, reaches, state } from "./browser.mjs";
import { Loop, clip, folder, until } from "./loop.mjs";

// The page allows no script of others; the debugger puts it there.
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let loop;
let page;

before(async () => {
  browser = await launch();
  loop = await Loop.up(["--source", clip()]);
  page = await open(browser, loop);
});

after(async () => {
  await browser?.close();
  await loop?.end();
});

const button = (name) => page.getByRole("button", { name });

test("the states go from CREATING to RUNNING", async () => {
  assert.match(loop.page, new RegExp(`^${loop.origin}/\\?key=[0-9a-f]{32}$`));
  await reaches(page, "RUNNING");
  const states = () => page.locator(".history li strong").allTextContents();
  // The history follows the state after a moment.
  await until("four states", async () => (await states()).length >= 4);
  assert.deepEqual((await states()).slice(0, 4), ["CREATING", "IDLE", "STARTING", "RUNNING"]);
});

test("seconds are counted, and selected text stays selected", async () => {
  const running = page.locator(`#channel-${loop.channel}-running`);
  await page.locator(".history li strong").first().selectText();
  const before = await running.textContent();
  const first = await until("it counts", async () => {
    const text = await running.textContent();
    return text !== before && text;
  });
  await until("it counts on", async () => (await running.textContent()) !== first);
  assert.match(first, /^(\d+ min )?\d+ s, since \d\d:\d\d:\d\d$/);
  assert.equal(await page.evaluate(() => getSelection().toString()), "CREATING");
  const widths = await page.locator(".bar > *").evaluateAll((parts) =>
    parts.map((part) => part.getBoundingClientRect().width),
  );
  assert.ok(widths.length >= 4 && widths.every((width) => width > 0), `${widths}`);
});

for (const [name, viewport, colorScheme] of [
  ["desktop", { width: 1280, height: 900 }, "light"],
  ["phone", { width: 390, height: 844 }, "dark"],
]) {
  test(`axe finds nothing on a ${name}`, async () => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await plays(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run());
    const html = (nodes) => nodes.map((it) => it.html).join(" ");
    assert.deepEqual(found.violations.map(({ id, nodes }) => `${id}: ${html(nodes)}`), []);
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(widths[0] <= widths[1], `it is wider than the screen: ${widths}`);
  });
}

test("stop and start work, and say what the starter decided", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await button("Stop lilo").click();
  await reaches(page, "IDLE");
  await page.getByText("No picture while the channel does not run.").waitFor();
  // A screen reader hears of the state: the element with the role stays.
  await page.getByRole("status").getByText("IDLE").waitFor();
  // Pressed in vain, it does nothing.
  await button("Stop lilo").click({ force: true });
  await button("Start lilo").click();
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

test("the lines to paste elsewhere are copied, and that is said", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  // It is said for a moment only.
  await page.evaluate(() => {
    window.said = "";
    const keep = (changes) => changes.forEach(({ target }) => (window.said += target.textContent));
    new MutationObserver(keep).observe(document.body, { childList: true, subtree: true });
  });
  const said = (text) => page.evaluate((text) => window.said.includes(text), text);
  for (const [name, text] of [
    ["ffplay", `ffplay rtp://127.0.0.1:${loop.port}`],
    ["VLC", `vlc rtp://@127.0.0.1:${loop.port}`],
    ["SDP", `m=video ${loop.port} RTP/AVP 33`],
  ]) {
    await button(`Copy ${name}`).click();
    await until("that is said", () => said(`${name} is copied.`));
    assert.ok(await said("Copied"), name);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.includes(text), name);
  }
  await page.getByText("Copied", { exact: true }).first().waitFor({ state: "detached" });
});

const focused = () => page.evaluate(() => document.activeElement.textContent.trim());

// Presses Tab to the end of the page, and gives what had the focus, with its outline.
async function stopsToTheEnd() {
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const it = document.activeElement;
      const { outlineStyle: outline } = getComputedStyle(it);
      if (it !== document.body) return { name: it.textContent.trim(), tag: it.tagName, outline };
    });
    if (!stop || stops.length > 300) return stops;
    stops.push(stop);
  }
}

test("every button is reached by keyboard, and keeps the focus", async () => {
  const names = (buttons) => buttons.map((it) => it.textContent.trim());
  const all = await page.getByRole("button").evaluateAll(names);
  await stopsToTheEnd();
  const stops = await stopsToTheEnd();
  assert.ok(all.length > 10, `${all}`);
  const reached = stops.filter(({ tag }) => tag === "BUTTON");
  // Events go on meanwhile, with buttons of their own.
  const missing = all.filter((wanted) => !reached.some(({ name }) => name === wanted));
  assert.deepEqual(missing, []);
  for (const { name, outline } of reached) assert.equal(outline, "solid", name);
  // Lines that are too long and tables scroll by keyboard.
  const scrolling = stops.filter(({ tag }) => ["CODE", "DIV"].includes(tag));
  assert.equal(scrolling.length, await page.locator('[tabindex="0"]').count());

  do await page.keyboard.press("Tab");
  while (!(await focused()).startsWith("Stop"));
  await page.keyboard.press("Enter");
  await reaches(page, "IDLE");
  assert.equal(await focused(), "Stop lilo");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "Start lilo");
  await page.keyboard.press("Space");
  await reaches(page, "RUNNING");
});

test("a new name is text, and leaves state and buttons in place", async () => {
  await button("Stop lilo").click();
  await reaches(page, "IDLE");
  const name = "<img src=x onerror=alert(1)>";
  const rename = (name) =>
    fetch(loop.medialive, { method: "PUT", body: JSON.stringify({ name }) });
  assert.equal((await rename(name)).status, 200);
  await page.getByRole("heading", { name }).waitFor();
  assert.equal(await page.locator("#channels img[onerror]").count(), 0);
  const inPlace = async () => {
    assert.equal(await state(page), "IDLE");
    await page.getByText("nothing: it runs on this machine").waitFor();
    assert.ok((await page.locator(".history li").count()) >= 4);
    assert.equal(await button("Start").getAttribute("aria-disabled"), null);
  };
  await inPlace();
  // Over a new connection too.
  await hide(page, true);
  assert.equal((await rename("lilo")).status, 200);
  await hide(page, false);
  await page.locator(".channel h2", { hasText: /^lilo$/ }).waitFor();
  await inPlace();
});

test("a hidden page asks for nothing, and then shows the present", async () => {
  const asked = [];
  await hide(page, true);
  page.on("request", (request) => asked.push(request.url()));
  assert.equal((await fetch(loop.medialive, { method: "DELETE" })).status, 200);
  await loop.line("medialive-event", ({ detail }) => detail.state === "DELETED");
  // It had a second for that.
  await new Promise((done) => setTimeout(done, 1500));
  assert.deepEqual(asked, []);
  await hide(page, false);
  await page.getByText("No channel on this machine.").waitFor();
  assert.equal(await page.locator("section.channel").count(), 0);
  assert.deepEqual(page.complaints, []);
});

test("a page of an earlier run says what to do", async () => {
  const { host } = new URL(loop.origin);
  assert.equal(await loop.end(), 0);
  await page.getByText("Trying again").waitFor();
  loop = await Loop.up([], host);
  const advice = page.getByText("Open the address that it printed.");
  await advice.waitFor();
  await page.reload();
  await advice.waitFor();

  page = await open(browser, loop, { context: page.context() });
  await reaches(page, "RUNNING");
  await plays(page);
  // The picture in the README, made smaller.
  await page.screenshot({ path: join(folder, "readme.png") });
  await page.reload();
  await reaches(page, "RUNNING");
  assert.deepEqual(page.complaints, []);
});
