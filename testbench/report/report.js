// SPDX-License-Identifier: Apache-2.0
// The report's own script: sorting, filtering, copying, hints under the pointer, a closer look at
// charts. Without it the page shows the same data.
'use strict';
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- tables ---------------------------------------------------------------------------------
  const valueOf = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = Number(text.replaceAll(',', ''));
    return text === '' ? -Infinity : Number.isNaN(number) ? text : number;
  };
  const names = new Intl.Collator('en', {numeric: true});
  const compare = (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return names.compare(String(a), String(b));
  };
  const sort = (table, column) => {
    const head = table.tHead.rows[0].cells[column], body = table.tBodies[0];
    // Numbers are pressed to see the greatest.
    const first = body.rows.length && typeof valueOf(body.rows[0], column) === 'number' ?
        'descending' : 'ascending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const order = head.getAttribute('aria-sort') === first ? other : first;
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    const rows = [...body.rows].map(row => [valueOf(row, column), row]);
    rows.sort((a, b) => sign * compare(a[0], b[0]));
    body.append(...rows.map(one => one[1]));
  };
  for (const table of all('table.sortable')) {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      cell.tabIndex = 0;
      cell.addEventListener('click', () => sort(table, column));
      cell.addEventListener('keydown', event => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        sort(table, column);
      });
    });
  }
  for (const input of all('[data-filter]')) {
    input.addEventListener('input', () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of document.getElementById(input.dataset.filter).tBodies[0].rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
      }
    });
  }

  // --- the line that repeats the run ----------------------------------------------------------
  const select = element => getSelection().selectAllChildren(element);
  for (const button of all('[data-copy]')) {
    button.addEventListener('click', async () => {
      const element = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(element.textContent);
        button.textContent = 'copied';
      } catch {  // not allowed here: the reader presses the keys
        select(element);
        button.textContent = 'selected';
      }
      setTimeout(() => { button.textContent = 'copy'; }, 1500);
    });
  }

  // --- what is under the pointer --------------------------------------------------------------
  const tip = document.getElementById('tip');
  const show = (event, text) => {
    tip.style.display = text ? 'block' : 'none';
    if (!text) return;
    tip.textContent = text;
    const right = innerWidth - tip.offsetWidth - 8, bottom = innerHeight - tip.offsetHeight - 8;
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, right)) + 'px';
    tip.style.top = Math.max(4, Math.min(event.clientY + 14, bottom)) + 'px';
  };
  let hot = null;
  const mark = link => {
    if (link === hot) return;
    hot = link;
    for (const one of all('.hot')) one.classList.remove('hot');
    if (!link) return;
    for (const one of all('[data-link]')) {
      if (one.dataset.link === link) one.classList.add('hot');
    }
  };

  // --- charts ---------------------------------------------------------------------------------
  const short = (value, digits) => String(Number(value.toFixed(digits)));
  // A time to so many ns as neighbours in a chart are apart.
  const timeText = (ns, step = ns / 200) => {
    const units = ['ns', 'us', 'ms', 's'];
    let unit = 0;
    for (; unit < 3 && Math.abs(ns) >= 1000; ++unit) { ns /= 1000; step /= 1000; }
    const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step || 1))));
    return short(ns, digits) + ' ' + units[unit];
  };
  const roundStep = value => {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].map(n => n * power).find(step => step >= value * (1 - 1e-9));
  };

  class Chart {
    constructor(svg) {
      this.svg = svg;
      this.plot = svg.querySelector('.plot');
      [this.left, this.top, this.width, this.height] = svg.dataset.area.split(' ').map(Number);
      this.log = svg.dataset.log === '1';
      this.full = [Number(svg.dataset.low), Number(svg.dataset.high)].map(ns => this.scale(ns));
      [this.low, this.high] = this.full;
      this.units = this.plot.viewBox.baseVal.width;
      this.grid = all('.ticks', svg).pop();
      this.gridTop = svg.dataset.edges ? this.top + this.height : this.top;
      this.addDrag();
    }
    scale(ns) { return this.log ? Math.log(ns) : ns; }
    time(scaled) { return this.log ? Math.exp(scaled) : scaled; }
    /** Of a pointer: parts of the plot, 0 to 1, across and down. */
    at(event) {
      const box = this.plot.getBoundingClientRect();
      const part = value => Math.min(1, Math.max(0, value));
      return [part((event.clientX - box.left) / box.width),
              part((event.clientY - box.top) / box.height)];
    }
    nsAt(part) { return this.time(this.low + part * (this.high - this.low)); }
    addDrag() {
      const box = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      box.setAttribute('class', 'drag');
      box.setAttribute('y', this.top);
      box.setAttribute('height', this.height);
      let begin = null;
      const range = event => [begin, this.at(event)[0]].sort((a, b) => a - b);
      this.plot.addEventListener('pointerdown', event => {
        begin = this.at(event)[0];
        box.setAttribute('width', 0);
        this.svg.append(box);
        this.plot.setPointerCapture(event.pointerId);
        event.preventDefault();
      });
      this.plot.addEventListener('pointermove', event => {
        if (begin === null) return;
        const [from, to] = range(event);
        box.setAttribute('x', this.left + from * this.width);
        box.setAttribute('width', (to - from) * this.width);
      });
      this.plot.addEventListener('pointerup', event => {
        const [from, to] = range(event), span = this.high - this.low;
        begin = null;
        box.remove();
        if (to - from > 0.01) this.zoom(this.low + from * span, this.low + to * span);
      });
      this.plot.addEventListener('pointercancel', () => { begin = null; box.remove(); });
      this.plot.addEventListener('dblclick', () => this.zoom(...this.full));
    }
    zoom(low, high) {
      [this.low, this.high] = [low, high];
      const span = this.full[1] - this.full[0], view = this.plot.viewBox.baseVal;
      view.x = (low - this.full[0]) / span * this.units;
      view.width = (high - low) / span * this.units;
      this.drawTicks();
      for (const one of all('.marks [data-x]', this.svg)) {
        const part = this.part(Number(one.dataset.x));
        one.style.display = part < 0 || part > 1 ? 'none' : '';
        const y = one.transform.baseVal.consolidate().matrix.f;
        one.setAttribute('transform', `translate(${this.left + part * this.width} ${y})`);
      }
    }
    part(ns) { return (this.scale(ns) - this.low) / (this.high - this.low); }
    ticks() {
      const low = this.nsAt(0), high = this.nsAt(1), found = [];
      if (this.log && high > 4 * low) {
        for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
          for (const step of [1, 2, 5]) found.push(step * power);
        }
        return [found.filter(ns => ns >= low && ns <= high), 0];
      }
      const step = roundStep((high - low) / 8);
      for (let n = Math.ceil(low / step - 1e-9); n * step <= high; ++n) found.push(n * step);
      return [found, step];
    }
    drawTicks() {
      const bottom = this.top + this.height, [ticks, step] = this.ticks();
      this.grid.innerHTML = ticks.map(ns => {
        const x = (this.left + this.part(ns) * this.width).toFixed(1);
        return `<path d="M${x} ${this.gridTop}V${bottom + 4}"/>` +
            `<text text-anchor="middle" x="${x}" y="${bottom + 17}">` +
            `${timeText(ns, step || ns / 200)}</text>`;
      }).join('');
    }
  }

  /** Adds what a cell of the heat map says. */
  const readHeat = chart => {
    const data = chart.svg.dataset;
    const edges = data.edges.split(' ').map(Number), percents = data.percents.split(' ');
    const rows = data.rows.split('\n').map(row => row.split('\t'));
    const resent = new Map(data.resent.split(' ').map(one => {
      const [row, column, count] = one.split(',');
      return [row + ',' + column, count];
    }));
    chart.plot.addEventListener('pointermove', event => {
      const [x, y] = chart.at(event), ns = chart.nsAt(x);
      const row = Math.min(rows.length - 1, Math.floor(y * rows.length));
      let column = edges.findIndex(edge => edge > ns) - 1;
      if (column < 0) column = edges.length - 2;
      const value = parseInt(percents[row].slice(2 * column, 2 * column + 2), 16);
      const said = value === 255 ? 'not known' : value === 254 ? 'not up' : value + ' % busy';
      const again = resent.get(row + ',' + column);
      const step = (edges[column + 1] - edges[column]) / 10;
      mark(rows[row][0]);
      show(event, rows[row][1] + '\n' + timeText(edges[column], step) + ' to ' +
           timeText(edges[column + 1], step) + ': ' + said +
           (again ? '\n' + again + ' flits sent again' : ''));
      event.stopPropagation();
    });
  };
  for (const svg of all('svg.chart')) {
    const chart = new Chart(svg);
    if (svg.dataset.edges) readHeat(chart);
  }
  document.addEventListener('pointermove', event => {
    const at = event.target instanceof Element ? event.target : null;
    const hint = at && at.closest('[data-tip]'), link = at && at.closest('[data-link]');
    show(event, hint ? hint.dataset.tip : '');
    mark(link ? link.dataset.link : null);
  });
  document.documentElement.dataset.ready = 'yes';
})();
