// Observable Plot draws into a document; Node has none, so linkedom lends one. An XML one, since in a file of its own an
// SVG must be well-formed XML, where HTML would leave `<` in attributes as it is.
import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';

/** Latin letters as the page has them, and Chinese ones that any system has. */
const FONTS = 'system-ui, "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif';

/** A figure as the text of an SVG file, on white. */
export function svg(options: Plot.PlotOptions): string {
  const document: unknown = new DOMParser().parseFromString('<svg/>', 'image/svg+xml');
  const figure = Plot.plot({
    ...options,
    document: document as Document, // what Plot uses of a document, linkedom's has
    style: { background: 'white', fontFamily: FONTS, ...(options.style as object) },
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${figure.outerHTML}\n`;
}
