/** QR codes (ISO/IEC 18004) as SVG documents, to be shown by a banking app. */
import { encodeQR } from 'qr';

/** Modules of quiet around the symbol: what the standard asks for. */
const BORDER = 4;

export const qrCode = (text: string): string => encodeQR(text, 'svg', { ecc: 'medium', border: BORDER });
