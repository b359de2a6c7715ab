/** SVG to PNG, with a font of our own: a container has none. */
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/** Screens of phones have two pixels where the picture has one. */
const ZOOM = 2;

export function rasterize(svg: string): Buffer {
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: { fontFiles: [FONT_FILE], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return resvg.render().asPng();
}
