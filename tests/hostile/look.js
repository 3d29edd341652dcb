// What would act when it is touched, or later, or for somebody else: no page of ours has any of it.
() => {
  const found = [...window.__caught], says = (one) => one.outerHTML.slice(0, 160);
  const walk = (root) => {
    for (const one of root.querySelectorAll('*')) {
      if (one.tagName === 'TEMPLATE') walk(one.content);
      for (const {name} of one.attributes) if (/^(on|(data-)?hx-on|srcdoc$|ping$)/.test(name))
        found.push(`attribute ${name}: ${says(one)}`);
      for (const name of ['href', 'xlink:href', 'src', 'action', 'formaction', 'data', 'poster', 'hx-get', 'hx-post']) {
        if (!one.hasAttribute(name)) continue;
        let url;
        try { url = new URL(one.getAttribute(name), location.origin) } catch { continue }
        const isPicture = url.protocol === 'data:' && one.tagName === 'IMG';
        const isKnown = ['http:', 'https:', 'mailto:', 'tel:', 'otpauth:'].includes(url.protocol);
        if (!isKnown && !isPicture) found.push(`address ${name}: ${says(one)}`);
        if (url.hostname.endsWith('pwned.example') && one.tagName !== 'A') found.push(`asks away ${name}: ${says(one)}`);
      }
      const type = one.tagName === 'SCRIPT' && (one.getAttribute('type') || '');
      if (one.tagName === 'SCRIPT' && !one.src && !type.includes('json') && type !== 'speculationrules') found.push(`script: ${says(one)}`);
      if (one.tagName === 'SCRIPT' && type.includes('json') && root === document) {
        try { JSON.parse(one.textContent) } catch (error) { found.push(`broken JSON: ${error} ${says(one)}`) }
      }
      if (/^(BASE|OBJECT|EMBED|APPLET|MARQUEE|MATH|FRAME|FRAMESET|PORTAL|ISINDEX|XMP|PLAINTEXT|XSS)$/i.test(one.tagName)) found.push(`element: ${says(one)}`);
      if (one.tagName === 'META' && /refresh|set-cookie|security/i.test(one.httpEquiv)) found.push(`meta: ${says(one)}`);
    }
  };
  walk(document);
  return found;
}
