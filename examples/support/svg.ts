// Observable Plot draws into a document; Node has none, so linkedom lends one.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Latin letters as the page has them, and Chinese ones that any system has. */
const FONTS = 'system-ui, "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif';

/** A figure as the text of an SVG file, on white. */
export function svg(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = Plot.plot({
    ...options,
    document: document as unknown as Document, // what Plot uses of a document, linkedom's has
    style: { background: 'white', fontFamily: FONTS, ...(options.style as object) },
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${figure.outerHTML}\n`;
}
