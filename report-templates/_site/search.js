// Finds words in the list of a page. Without it the page is whole: the list is there and a browser's own search finds words.
"use strict";
for (const place of document.querySelectorAll(".search")) {
  const list = document.getElementById(place.dataset.of);
  const rows = list ? [...list.querySelectorAll("[data-row]")] : [];
  if (rows.length < 2) continue;
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const groups = [...list.querySelectorAll("[data-group]")];
  const label = document.createElement("label");
  const input = document.createElement("input");
  const found = document.createElement("p");
  input.type = "search";
  input.id = "find-" + place.dataset.of;
  input.autocomplete = "off";
  label.htmlFor = input.id;
  label.textContent = place.dataset.label;
  found.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      if (!row.hidden) count += 1;
    });
    for (const group of groups) group.hidden = !group.querySelector("[data-row]:not([hidden])");
    found.textContent = words.length === 0 ? "" : count + " of " + rows.length + " found";
  });
  place.append(label, input, found);
}
