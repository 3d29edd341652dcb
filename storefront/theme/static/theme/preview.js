// In a preview, links lead on through the preview: without this they lead to what shoppers see.
const pass = new URLSearchParams(location.search).get("preview");
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!pass || !link || link.origin !== location.origin) return;
  const address = new URL(link.href);
  address.searchParams.set("preview", pass);
  link.href = address.href;
}, true);
