// The pages work without this. A lesson's button opens all its folds; a search in files does without excerpts, which a
// browser fetches from a server only.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

document.addEventListener("DOMContentLoaded", () => {
  const folds = [...document.querySelectorAll("details.fold")];
  for (const button of document.querySelectorAll("button.open-folds")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = folds.some((fold) => !fold.open);
      folds.forEach((fold) => { fold.open = open; });
      button.textContent = open ? "Close all" : "Open all";
    });
  }
});
