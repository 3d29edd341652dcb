// A product's gallery: files go up one by one with their progress, move by hand and go away without saving the page.
// Without it the same fields and buttons work with the page's Save.
const card = document.querySelector("[data-media]");
if (card) {
  const place = card.querySelector("[data-gallery-place]");
  const list = card.querySelector("[data-sending-list]");
  const input = card.querySelector("input[name=pictures]");
  const form = card.closest("form");
  const most = 20 * 1024 * 1024;
  const address = () => place.querySelector("[data-gallery]").dataset.url;
  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  let looking = 0;

  const show = (html) => {
    const typed = new Map([...place.querySelectorAll("input[name^=alt_]")].map((one) => [one.name, one.value]));
    const focused = document.activeElement?.closest("[data-gallery-place]") ? document.activeElement : null;
    const kept = focused?.value ? `[value="${focused.value}"]` : focused?.name ? `[name="${focused.name}"]` : "";
    place.innerHTML = html;
    for (const one of place.querySelectorAll("input[name^=alt_]")) {
      if (typed.has(one.name)) one.value = typed.get(one.name);
    }
    if (kept) {
      const again = place.querySelector(kept);
      if (again && again.disabled) again.parentElement.querySelector("button:not(:disabled)").focus();
      else if (again) again.focus();
    }
    look();
  };

  // What is being prepared is looked at again, less and less often, while somebody looks at the page.
  const look = () => {
    clearTimeout(looking);
    if (!place.querySelector("[data-pending]")) return;
    const wait = Math.min(30000, (look.wait = (look.wait || 1500) * 1.5));
    looking = setTimeout(async () => {
      if (document.hidden || place.contains(document.activeElement) || card.querySelector(".sending li")) return look();
      try {
        const answer = await fetch(address(), { headers: { "X-Gallery": "1" } });
        if (answer.ok) return show(await answer.text());
      } catch { /* looked at again */ }
      look();
    }, wait);
  };

  const ask = (data, onProgress) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address());
    request.setRequestHeader("X-Gallery", "1");
    request.setRequestHeader("X-CSRFToken", token());
    if (onProgress) request.upload.addEventListener("progress", onProgress);
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => resolve(null));
    request.send(data);
  });

  const wrong = (answer) => {
    try { return JSON.parse(answer.responseText); } catch { return { error: card.dataset.failed }; }
  };

  const say = (name, words) => {
    const line = document.createElement("li");
    line.className = "failed";
    line.append(Object.assign(document.createElement("b"), { textContent: name }), ` ${words}`);
    list.append(line);
    return line;
  };

  const send = async (file) => {
    if (file.size > most) return void say(file.name, card.dataset.large);
    const line = document.createElement("li");
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    const words = Object.assign(document.createElement("span"), { textContent: card.dataset.sending });
    bar.setAttribute("aria-label", file.name);
    line.append(Object.assign(document.createElement("b"), { textContent: file.name }), bar, words);
    list.append(line);
    const data = new FormData();
    data.append("do", "upload");
    data.append("pictures", file);
    const answer = await ask(data, (event) => {
      if (!event.lengthComputable) return;
      bar.value = Math.round((100 * event.loaded) / event.total);
      if (event.loaded === event.total) words.textContent = card.dataset.checking;
    });
    line.remove();
    if (answer && answer.status === 200) {
      look.wait = 0;
      show(answer.responseText);
    } else {
      say(file.name, answer ? wrong(answer).error : card.dataset.failed);
    }
  };

  const sendAll = async (files) => {
    for (const old of list.querySelectorAll(".failed")) old.remove();
    // Two at once keep the line busy; each is checked on its own.
    const waiting = [...files];
    const work = async () => { while (waiting.length) await send(waiting.shift()); };
    await Promise.all([work(), work()]);
  };

  // The page has nothing to save of what is sent by itself.
  for (const part of card.querySelectorAll("[data-drop], [data-add]")) {
    for (const name of ["input", "change"]) part.addEventListener(name, (event) => event.stopPropagation());
  }
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    const files = [...input.files];
    input.value = "";
    sendAll(files);
  });
  const drop = card.querySelector("[data-drop]");
  for (const name of ["dragenter", "dragover"]) {
    card.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) card.addEventListener(name, () => drop.classList.remove("over"));
  card.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    sendAll([...event.dataTransfer.files].filter((file) => file.type.startsWith("image/")));
  });

  const change = async (pairs) => {
    const data = new FormData();
    for (const [name, value] of pairs) data.append(name, value);
    const answer = await ask(data);
    if (answer && answer.status === 200) show(answer.responseText);
    else say("", answer ? wrong(answer).error : card.dataset.failed);
  };
  place.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    change([["do", button.value]]);
  });

  let held = null;
  place.addEventListener("pointerdown", (event) => {
    const item = event.target.closest(".shot")?.closest("[data-image]");
    if (item && event.button === 0 && event.pointerType === "mouse") item.draggable = true;
  });
  place.addEventListener("dragstart", (event) => {
    held = event.target.closest("[data-image]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.image);
    held.classList.add("held");
  });
  place.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-image]");
    if (!held || !over || over === held) return;
    event.preventDefault();
    const before = held.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_PRECEDING;
    over.insertAdjacentElement(before ? "beforebegin" : "afterend", held);
  });
  place.addEventListener("dragend", () => {
    if (!held) return;
    held.classList.remove("held");
    held = null;
    const order = [...place.querySelectorAll("[data-image]")].map((one) => ["image", one.dataset.image]);
    change([["do", "order"], ...order]);
  });

  for (const part of card.querySelectorAll("[data-add]")) {
    part.querySelector("[data-add-button]").addEventListener("click", async (event) => {
      event.preventDefault();
      for (const old of part.querySelectorAll(".errtxt, progress")) old.remove();
      const data = new FormData();
      data.append("do", "add");
      for (const field of part.querySelectorAll("input")) {
        if (field.type !== "file") data.append(field.name, field.value);
        else if (field.files[0]) data.append(field.name, field.files[0]);
      }
      const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
      bar.setAttribute("aria-label", card.dataset.sending);
      event.target.closest("div").append(bar);
      const answer = await ask(data, (step) => { bar.value = Math.round((100 * step.loaded) / step.total); });
      bar.remove();
      if (answer && answer.status === 200) {
        for (const field of part.querySelectorAll("input")) field.value = "";
        part.closest("details").open = false;
        look.wait = 0;
        return show(answer.responseText);
      }
      const found = answer ? wrong(answer) : { error: card.dataset.failed };
      const names = { model: "model_glb", usdz: "model_usdz" };
      const kind = part.querySelector("input[type=file]").name.split("_")[0];
      const name = found.field === "poster" ? `${kind}_poster` : names[found.field] || found.field;
      const field = part.querySelector(`[name="${name}"]`) || part.querySelector("input");
      const note = Object.assign(document.createElement("span"), { className: "errtxt", textContent: found.error });
      note.setAttribute("role", "alert");
      field.closest(".field").append(note);
      field.focus();
    });
  }
  look();
}
