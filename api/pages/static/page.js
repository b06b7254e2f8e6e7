// What scripts add to a page that works without them: a file's fingerprint, and answers in place.
// Every answer is a part of the page as the node writes it; nothing is written here.

const drop = document.getElementById("drop");
const file = document.getElementById("file-input");
const reading = document.getElementById("file-reading");
const texts = document.getElementById("file").dataset;
let worker = null;

// ---- answers in place ---------------------------------------------------------------------------

let asked = 0;

async function show(url, answer, status) {
  const turn = ++asked;
  const told = document.getElementById(status);
  const place = document.getElementById(answer);
  place.setAttribute("aria-busy", "true");
  told.classList.remove("unseen");
  told.textContent = texts.asking;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked) return;
    place.replaceChildren(...page.getElementById(answer).childNodes);
    // Told to who listens; who looks has the headline before their eyes.
    told.classList.add("unseen");
    told.textContent = place.querySelector(".headline")?.textContent ?? "";
    if (place.getBoundingClientRect().top > innerHeight / 2) place.scrollIntoView();
  } catch {
    if (turn === asked) told.textContent = texts.offline;
  } finally {
    place.removeAttribute("aria-busy");
  }
}

for (const form of document.querySelectorAll("form[data-section]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { section } = form.dataset;
    const query = new URLSearchParams(new FormData(form));
    history.pushState(null, "", `/?${query}#${section}`);
    show(`/?${query}`, `${section}-answer`, `${section}-status`);
  });
}

addEventListener("popstate", () => location.reload());

// ---- a file -------------------------------------------------------------------------------------

function stop() {
  worker?.terminate();
  worker = null;
  reading.hidden = true;
}

function say(text) {
  const told = document.getElementById("file-status");
  told.classList.remove("unseen");
  told.textContent = text;
}

function read(chosen) {
  stop();
  document.getElementById("file-answer").replaceChildren();
  document.getElementById("file-print").hidden = true;
  const progress = reading.querySelector("progress");
  const share = reading.querySelector("output");
  say(texts.reading.replace("{name}", chosen.name));
  progress.value = 0;
  share.textContent = "0 %";
  reading.hidden = false;
  worker = new Worker(new URL("./sha256-worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.read !== undefined) {
      progress.value = data.read / chosen.size;
      share.textContent = `${Math.floor((100 * data.read) / chosen.size)} %`;
      return;
    }
    stop();
    if (data.unreadable) say(texts.unreadable);
    else found(chosen, `0x${data.sha256}`);
  });
  worker.addEventListener("error", () => {
    stop();
    say(texts.unreadable);
  });
  worker.postMessage(chosen);
}

function found(chosen, sha256) {
  const print = document.getElementById("file-print");
  const size = new Intl.NumberFormat(document.documentElement.lang).format(chosen.size);
  print.querySelector(".name").textContent = `${chosen.name} (${size} B)`;
  print.querySelector(".mono").textContent = sha256;
  print.hidden = false;
  const query = new URLSearchParams({ lang: texts.lang, ask: "file", content_sha256: sha256 });
  show(`/?${query}`, "file-answer", "file-status");
}

file.addEventListener("change", () => {
  if (file.files.length > 0) read(file.files[0]);
  file.value = ""; // so that the same file may be chosen again
});
reading.querySelector("button").addEventListener("click", () => {
  stop();
  say(texts.stopped);
});
// A file that misses the field must not replace the page.
addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) drop.classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length > 0) read(event.dataTransfer.files[0]);
});
