// Opens the pages of a site in Chromium from a folder, as a reader would, and writes down what it finds.
//
//   node site.mjs FOLDER OUT.json [SHOTS]
//
// Every page once, at 320 px (which is 1280 px at 400 %): whether it scrolls sideways, what ran, failed or was fetched from
// elsewhere, and which links lead nowhere. One page of each kind at three widths and in both schemes, with axe's violations
// of WCAG 2.2 A and AA; then the same without JavaScript, in print, and by keyboard.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [folder, out, shots] = process.argv.slice(2);
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const pages = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html")).sort();

// One page of each kind; the first that is found stands for its like.
const kinds = new Map();
for (const name of pages) {
  const kind = name.replace(/^(editions|tables)\/.*?(\/[a-z]+)?\.html$/, (_, room, page) => `${room}${page ?? ""}`);
  if (!kinds.has(kind)) kinds.set(kind, name);
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"],
});
const root = pathToFileURL(path.resolve(folder)).href;
const url = (name) => pathToFileURL(path.resolve(folder, name)).href;

async function open(name, { width, scheme = "light", script = true }) {
  const page = await browser.newPage();
  const events = [];
  page.on("console", (message) => events.push(`said ${message.text()}`));
  page.on("pageerror", (error) => events.push(`failed ${error.message}`));
  page.on("requestfailed", (request) => events.push(`not there ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(root)) events.push(`fetched ${request.url()}`);
  });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900, deviceScaleFactor: 1 });
  await page.goto(url(name), { waitUntil: "load" });
  return { page, events };
}

const ids = new Map();
const found = { pages: [], kinds: [] };
for (const name of pages) {
  const { page, events } = await open(name, { width: 320 });
  const seen = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    links: [...document.querySelectorAll("[href], [src]")].map((node) => node.href ?? node.src),
    ids: [...document.querySelectorAll("[id]")].map((node) => node.id),
    title: document.title,
    broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
  }));
  ids.set(url(name), new Set(seen.ids));
  found.pages.push({ page: name, ...seen, events });
  await page.close();
}
for (const page of found.pages) {
  page.astray = page.links.filter((link) => {
    if (link.startsWith("mailto:")) return false;
    if (!link.startsWith(root)) return true;
    const [target, id] = link.split("#");
    if (!fs.existsSync(fileURLToPath(target)) || fs.statSync(fileURLToPath(target)).isDirectory()) return true;
    return id !== undefined && id !== "" && !ids.get(target)?.has(id);
  });
  page.links = page.links.length;
  page.ids = page.ids.length;
}

for (const [kind, name] of kinds) {
  for (const scheme of ["light", "dark"]) {
    for (const width of [320, 640, 1280]) {
      const { page, events } = await open(name, { width, scheme });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      // What axe itself would fetch, the policy of the page keeps out.
      await page.evaluate(axe);
      const result = await page.evaluate((tags) => window.axe.run(document, { preload: false, runOnly: { type: "tag", values: tags } }), tags);
      const nodes = (list) => list.map((one) => ({ rule: one.id, count: one.nodes.length, first: one.nodes[0]?.html.slice(0, 160), why: one.nodes[0]?.failureSummary }));
      if (shots && scheme === "light") {
        fs.mkdirSync(shots, { recursive: true });
        const height = await page.evaluate(() => Math.min(document.documentElement.scrollHeight, 6000));
        await page.screenshot({
          path: path.join(shots, `${kind.replaceAll("/", "-")}-${width}.png`),
          clip: { x: 0, y: 0, width, height },
          captureBeyondViewport: true,
        });
      }
      found.kinds.push({ kind, page: name, scheme, width, sideways, events, passed: result.passes.length, violations: nodes(result.violations) });
      await page.close();
    }
  }
}

// Without JavaScript the same words are there, and no box that would do nothing.
const plain = await open("index.html", { width: 640, script: false });
const scripted = await open("index.html", { width: 640 });
const words = (page) => page.$eval("#editions", (list) => list.textContent.replace(/\s+/g, " "));
found.plain = {
  same: (await words(plain.page)) === (await words(scripted.page)),
  boxes: await plain.page.$$eval("input", (list) => list.length),
};

// By keyboard: the first stop leads past the navigation; the box finds.
await scripted.page.keyboard.press("Tab");
const first = await scripted.page.evaluate(() => document.activeElement.textContent);
const stops = [];
for (let at = 0; at < 40; at += 1) {
  await scripted.page.keyboard.press("Tab");
  const stop = await scripted.page.evaluate(() => {
    const node = document.activeElement;
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    return { tag: node.tagName, seen: box.width > 0 && style.outlineStyle !== "none" };
  });
  if (stop.tag === "BODY") break;
  stops.push(stop);
}
const rows = () => scripted.page.$$eval("#editions [data-row]", (list) => list.filter((row) => !row.hidden).length);
const all = await rows();
await scripted.page.type("input", "COST review");
const some = await rows();
const groups = await scripted.page.$$eval("#editions [data-group]", (list) => list.filter((group) => !group.hidden).length);
const status = await scripted.page.$eval("[role=status]", (node) => node.textContent);
found.keyboard = { first, stops: stops.length, unseen: stops.filter((stop) => !stop.seen), all, some, groups, status };

await scripted.page.emulateMediaType("print");
found.print = {
  navigation: await scripted.page.$eval("nav", (node) => getComputedStyle(node).display),
  search: await scripted.page.$eval(".search", (node) => getComputedStyle(node).display),
};
await browser.close();
fs.writeFileSync(out, JSON.stringify(found, null, 1));
