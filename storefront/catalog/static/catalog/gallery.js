// Opens a video or a 3D model where its picture stands, and not before somebody asks. Without it the link opens a page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-opens]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // On a phone the page of its own has the whole screen, and only there a model can step into the room.
  if (link.dataset.opens === "model" && matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  const picture = link.closest(".item").querySelector("img");
  frame.src = `${link.href}?frame=1`;
  frame.title = picture.alt;
  frame.allow = "autoplay; fullscreen; xr-spatial-tracking";
  frame.className = "opened";
  link.closest(".item").replaceChildren(frame);
  frame.focus();
});
