// Opens what was rendered in Chromium, as a reader's mail program would, and writes down what it finds.
//
//   node open.mjs FOLDER OUT.json [SHOTS] [once]
//
// FOLDER holds editions: any folders with `email.html` and `charts/`. For each page, at three widths and in both
// schemes: axe's violations of WCAG 2.2 A and AA, whether it scrolls sideways, and whether anything ran or was fetched.
// With `once`, each page at one width in one scheme, and without axe.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [folder, out, shots, once] = process.argv.slice(2);
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

const pages = fs
  .readdirSync(folder, { recursive: true })
  .filter((name) => path.basename(name) === "email.html")
  .sort();
if (pages.length === 0) throw new Error(`no email.html in ${folder}`);

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"],
});
const found = [];
for (const name of pages) {
  const file = path.join(folder, name);
  // The pictures of the message stand beside it in the edition.
  const html = fs
    .readFileSync(file, "utf8")
    .replace(/src="cid:chart-([a-z0-9_]+)"/g, (_, chart) => {
      const png = fs.readFileSync(path.join(path.dirname(file), "charts", `${chart}.png`));
      return `src="data:image/png;base64,${png.toString("base64")}"`;
    });
  for (const scheme of once ? ["light"] : ["light", "dark"]) {
    for (const width of once ? [600] : [320, 600, 1200]) {
      const page = await browser.newPage();
      const events = [];
      page.on("request", (request) => {
        if (!request.url().startsWith("data:") && !request.url().startsWith("about:"))
          events.push(`fetched ${request.url()}`);
      });
      page.on("dialog", async (dialog) => {
        events.push(`asked ${dialog.message()}`);
        await dialog.dismiss();
      });
      await page.exposeFunction("told", (what) => events.push(`ran ${what}`));
      await page.evaluateOnNewDocument(() => {
        for (const name of ["alert", "confirm", "prompt", "open", "fetch"]) window[name] = (what) => window.told(`${name} ${what}`);
      });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.setViewport({ width, height: 900, deviceScaleFactor: 1 });
      await page.setContent(html, { waitUntil: "load" });
      const seen = await page.evaluate(() => {
        const clipped = [...document.querySelectorAll("div, td")].filter((box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible");
        const handlers = [...document.querySelectorAll("*")].flatMap((node) => [...node.attributes].map((own) => own.name)).filter((name) => name.startsWith("on"));
        return {
          sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          clipped: clipped.map((box) => (box.getAttribute("aria-label") ?? box.tagName) + ` ${box.scrollWidth} in ${box.clientWidth}`),
          active: document.querySelectorAll("script, iframe, object, embed, form, svg, [href^='javascript' i]").length + handlers.length,
          items: document.querySelectorAll("li").length,
          links: [...new Set([...document.querySelectorAll("[href]")].map((node) => node.getAttribute("href")))],
          broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
        };
      });
      if (once) {
        found.push({ page: name, scheme, width, ...seen, events });
        await page.close();
        continue;
      }
      await page.evaluate(axe);
      const result = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), tags);
      const nodes = (list) => list.map((one) => ({ rule: one.id, count: one.nodes.length, first: one.nodes[0]?.html.slice(0, 160), why: one.nodes[0]?.failureSummary }));
      found.push({ page: name, scheme, width, ...seen, events, passed: result.passes.length, violations: nodes(result.violations), incomplete: nodes(result.incomplete).map((one) => one.rule) });
      if (shots) {
        fs.mkdirSync(shots, { recursive: true });
        const report = name.split(path.sep).slice(-2)[0];
        await page.screenshot({ path: path.join(shots, `${report}-${width}-${scheme}.png`), fullPage: true });
      }
      await page.close();
    }
  }
}
await browser.close();
fs.writeFileSync(out, JSON.stringify(found, null, 1));
