// What mail programs that matter cannot show of the emails below FOLDER, as JSON: the feature, the programs, how often.
import fs from "node:fs";
import path from "node:path";
import { caniemail } from "caniemail";

const folder = process.argv[2];
const pages = fs.readdirSync(folder, { recursive: true }).filter((name) => path.basename(name) === "email.html");
if (pages.length === 0) throw new Error(`no email.html in ${folder}`);
const found = {};
for (const name of pages.sort()) {
  const html = fs.readFileSync(path.join(folder, name), "utf8");
  const { issues } = caniemail({ clients: ["outlook.windows", "gmail.*", "apple-mail.*"], html });
  for (const level of ["errors", "warnings"])
    for (const [client, list] of issues[level])
      for (const issue of list) (found[`${level} ${issue.title}`] ??= new Set()).add(client);
}
console.log(JSON.stringify(Object.fromEntries(Object.entries(found).sort().map(([title, clients]) => [title, [...clients].sort()])), null, 1));
