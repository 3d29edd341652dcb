// Before a page's own scripts: remember what should never happen.
window.__caught = [];
window.__pwned = (number) => { window.__caught.push(`ran ${number}`) };
for (const name of ['alert', 'prompt', 'confirm', 'print']) window[name] = () => { window.__caught.push(name) };
document.addEventListener('securitypolicyviolation', (event) => {
  window.__caught.push(`the policy refuses ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
});
