// Filters the findings. The state stands in the fragment of the address, so that a view can be shared and bookmarked:
// #severity=error,warning&rule=…&stage=…&file=…&q=…
// Texts of the report are only read here, and only set as text.
(() => {
  'use strict';

  const form = document.getElementById('filters');
  if (!form) return;
  const list = document.getElementById('list');
  const shown = document.getElementById('shown');
  const fold = document.getElementById('fold');
  const boxes = [...form.querySelectorAll('input[name=severity]')];
  const search = form.elements.q;
  const choices = ['rule', 'stage', 'file'].filter((name) => form.elements[name]);
  const entries = [...list.children].map((item) => ({
    item,
    severity: item.dataset.severity,
    rule: item.dataset.rule,
    file: item.dataset.file,
    stage: item.dataset.stages.split('\n').filter(Boolean),
    text: null,
  }));
  const number = (count) => count.toLocaleString('en');

  // Small letters, and any run of blanks as one, so that a search over a line break finds what it shows.
  const plain = (text) => text.toLowerCase().replace(/\s+/g, ' ').trim();

  const wanted = () => ({
    severities: new Set(boxes.filter((box) => box.checked).map((box) => box.value)),
    words: plain(search.value),
    choices: choices.map((name) => [name, form.elements[name].value]).filter(([, value]) => value !== ''),
  });

  const fits = (entry, { severities, words, choices }) => {
    if (!severities.has(entry.severity)) return false;
    for (const [name, value] of choices) {
      if (name === 'stage' ? !entry.stage.includes(value) : entry[name] !== value) return false;
    }
    if (words === '') return true;
    entry.text ??= plain(entry.item.textContent);
    return entry.text.includes(words);
  };

  const apply = () => {
    const filter = wanted();
    let count = 0;
    for (const entry of entries) {
      const hide = !fits(entry, filter);
      if (entry.item.hidden !== hide) entry.item.hidden = hide;
      if (!hide) count += 1;
    }
    const all = `${number(entries.length)} ${entries.length === 1 ? 'finding' : 'findings'}`;
    if (count === entries.length) shown.textContent = `All ${all}`;
    else if (count === 0) shown.textContent = `None of ${all} fits these filters`;
    else shown.textContent = `${number(count)} of ${all}`;
  };

  const remember = () => {
    const state = new URLSearchParams();
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    if (on.length < boxes.length) state.set('severity', on.join(','));
    for (const name of choices) if (form.elements[name].value) state.set(name, form.elements[name].value);
    if (search.value.trim()) state.set('q', search.value.trim());
    const text = state.toString();
    try {
      history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
    } catch {
      // Where the page may not write its address, it filters all the same.
    }
  };

  // A fragment without `=` leads to a part of the page and leaves the filters alone.
  const recall = () => {
    const text = location.hash.slice(1);
    if (!text.includes('=')) return;
    const state = new URLSearchParams(text);
    const on = state.has('severity') ? state.get('severity').split(',') : null;
    for (const box of boxes) box.checked = on === null || on.includes(box.value);
    for (const name of choices) {
      form.elements[name].value = state.get(name) ?? '';
      // What is not to be had in this report filters nothing away.
      if (form.elements[name].selectedIndex < 0) form.elements[name].value = '';
    }
    search.value = state.get('q') ?? '';
  };

  let pending = 0;
  const soon = () => {
    clearTimeout(pending);
    pending = setTimeout(() => { apply(); remember(); }, 150);
  };

  search.addEventListener('input', soon);
  form.addEventListener('change', () => { apply(); remember(); });
  form.addEventListener('submit', (event) => { event.preventDefault(); apply(); remember(); });
  // The controls have their first values again only after the event.
  form.addEventListener('reset', () => setTimeout(() => { apply(); remember(); }));
  window.addEventListener('hashchange', () => { recall(); apply(); });

  // On a narrow screen the findings come first.
  if (window.matchMedia('(max-width: 60rem)').matches) fold.open = false;
  form.hidden = false;
  recall();
  apply();
})();
