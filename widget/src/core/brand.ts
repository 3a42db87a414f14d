type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [13, 21, 36];

/** The site's colours as tokens, with text on them that stays legible. What is no colour is left out. */
export function brandOf(primary: string | undefined, secondary: string | undefined): Record<string, string> {
  const main = primary ? rgbOf(primary) : undefined;
  const second = secondary ? rgbOf(secondary) : undefined;
  const brand: Record<string, string> = {};
  if (main) {
    brand["--sb-brand"] = css(main);
    brand["--sb-on-brand"] = css(inkOn(main));
    brand["--sb-brand-2"] = css(second ?? main);
    brand["--sb-on-header"] = css(inkOn(main, second ?? main));
  } else if (second) {
    brand["--sb-brand-2"] = css(second);
  }
  return brand;
}

/** White or ink, whichever is easier to read on all of these. */
function inkOn(...grounds: Rgb[]): Rgb {
  const worst = (ink: Rgb) => Math.min(...grounds.map((ground) => contrast(ink, ground)));
  return worst(WHITE) >= worst(INK) ? WHITE : INK;
}

/** The contrast ratio of WCAG, 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Any opaque CSS colour: the browser's canvas knows them all. */
function rgbOf(colour: string): Rgb | undefined {
  if (!CSS.supports("color", colour)) return undefined;
  const canvas = document.createElement("canvas").getContext("2d");
  if (!canvas) return undefined;
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

const css = (colour: Rgb): string => `rgb(${colour.join(" ")})`;
