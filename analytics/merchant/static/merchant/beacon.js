/* Counts visits for the store's owner: no cookie, no id, nothing kept in the browser. */
(() => {
  if (navigator.globalPrivacyControl || navigator.doNotTrack === "1" || navigator.webdriver) return;
  const send = (kind) =>
    navigator.sendBeacon("/e", JSON.stringify({ k: kind, p: location.pathname.slice(0, 900), r: document.referrer.slice(0, 500) }));
  const view = () => send("view");
  if (document.prerendering) document.addEventListener("prerenderingchange", view, { once: true });
  else view();
  addEventListener("pageshow", (event) => event.persisted && view());
  addEventListener("submit", (event) => event.target.action?.endsWith?.("/cart/add/") && send("cart"), true);
})();
