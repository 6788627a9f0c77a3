import { toString } from 'qrcode';

/** A text as a QR code: SVG, which a page shows without loading anything. */
export const qrCode = (text: string): Promise<string> => toString(text, { type: 'svg', margin: 4 });
