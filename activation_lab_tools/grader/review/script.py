"""What happens in the browser: keys, and saving as one goes. It builds nothing from texts."""

KEYS = (
    ("j, k", "the next answer, the one before"),
    ("n", "the next answer that is to be marked, in this exercise or another"),
    ("1 … 9", "give or take back an item of the rubric"),
    ("0, f", "no points, all points"),
    ("p, c", "go to the points, to the comment"),
    ("Escape", "leave a field; Control-Enter in a field goes to the next answer to mark"),
    ("u", "the list of exercises"),
)
SCRIPT = r"""
const cards = [...document.querySelectorAll(".card")];
const saved = new Map(), timers = new Map(), underway = new Set();
// What the server hasn't confirmed yet survives a reload here: that may be quicker than the last save.
const key = card => `${card.dataset.lesson}/${card.dataset.exercise}/${card.dataset.key}`;

function decision(card) {
  const field = name => card.querySelector(`[name=${name}]`);
  return {
    points: field("points").value,
    named: [...card.querySelectorAll("[name=named]:checked")].map(box => box.value),
    comment: field("comment").value,
    excused: field("excused").checked,
  };
}

function fill(card, {points, named, comment, excused}) {
  card.querySelector("[name=points]").value = points;
  card.querySelector("[name=comment]").value = comment;
  card.querySelector("[name=excused]").checked = excused;
  card.querySelectorAll("[name=named]").forEach(box => { box.checked = named.includes(box.value); });
}

function save(card) {
  clearTimeout(timers.get(card));
  const now = decision(card), text = JSON.stringify(now);
  if (saved.get(card) === text) return;
  saved.set(card, text);
  sessionStorage.setItem(key(card), text);
  const told = card.querySelector(".told"), data = card.dataset;
  const body = JSON.stringify(
    {lesson: data.lesson, exercise: data.exercise, number: Number(data.number), decision: now});
  const request = fetch("save", {method: "POST", headers: {"Content-Type": "application/json"}, body, keepalive: true})
    .then(async answer => {
      if (!answer.ok) throw new Error(await answer.text());
      const {told: words, waits} = await answer.json();
      told.textContent = `${words} · saved`;
      told.classList.remove("failed");
      data.waits = waits ? "yes" : "no";
      if (sessionStorage.getItem(key(card)) === text) sessionStorage.removeItem(key(card));
    })
    .catch(error => {
      saved.delete(card);
      told.textContent = `Not saved: ${error.message}`;
      told.classList.add("failed");
    })
    .finally(() => underway.delete(request));
  underway.add(request);
}

function soon(card) {
  sessionStorage.setItem(key(card), JSON.stringify(decision(card)));
  clearTimeout(timers.get(card));
  timers.set(card, setTimeout(save, 700, card));
}

async function go(address) {
  cards.forEach(save);
  await Promise.all(underway);
  if (!document.querySelector(".told.failed")) location.assign(address);
}

function step(card, by) {
  const next = cards[cards.indexOf(card) + by];
  if (next) next.focus();
}

function nextWaiting(card) {
  save(card);
  const next = cards.slice(cards.indexOf(card) + 1).find(each => each.dataset.waits === "yes");
  if (next) next.focus();
  else go(card.dataset.next);
}

function points(card, text) {
  card.querySelector("[name=points]").value = text;
  save(card);
}

const KEYS = {
  j: card => step(card, 1),
  k: card => step(card, -1),
  n: nextWaiting,
  p: card => card.querySelector("[name=points]").focus(),
  c: card => card.querySelector("[name=comment]").focus(),
  0: card => points(card, "0"),
  f: card => points(card, card.dataset.points),
};

document.addEventListener("keydown", event => {
  const card = event.target.closest?.(".card") ?? cards[0];
  const typing = event.target.matches?.("textarea, [type=text]");
  if (event.key === "u" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const index = document.getElementById("index");
    if (index) go(index.href);
    return;
  }
  if (!card) return;
  if (typing) {
    if (event.key === "Escape") card.focus();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) nextWaiting(card);
    else return;
  } else if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (/^[1-9]$/.test(event.key)) {
    const box = card.querySelectorAll("[name=named]")[event.key - 1];
    if (!box) return;
    box.checked = !box.checked;
    save(card);
  } else if (KEYS[event.key]) {
    KEYS[event.key](card);
  } else {
    return;
  }
  event.preventDefault();
});

for (const card of cards) {
  saved.set(card, JSON.stringify(decision(card)));
  const unconfirmed = sessionStorage.getItem(key(card));
  if (unconfirmed) {
    fill(card, JSON.parse(unconfirmed));
    save(card);
  }
  card.addEventListener("input", () => soon(card));
  card.addEventListener("change", () => save(card));
}
addEventListener("pagehide", () => cards.forEach(save));
const wanted = location.hash && document.getElementById(location.hash.slice(1));
(wanted || cards.find(card => card.dataset.waits === "yes") || cards[0])?.focus();
"""
