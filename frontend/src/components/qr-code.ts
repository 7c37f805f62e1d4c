// QR codes (ISO/IEC 18004) of what must not leave the page: links that hold a token. Bytes, error
// correction M, versions 1 to 20. Pure.

/** By version: error correction codewords of a block, and how many blocks. */
const ECC = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

/** The two bits that stand for M. */
const LEVEL = 0;

type Grid = boolean[][];

/** Rows of dark modules, without the quiet zone; null: too long. */
export function qrCode(text: string): Grid | null {
  const bytes = [...new TextEncoder().encode(text)];
  const version = ECC.findIndex((_, at) => {
    const header = at + 1 < 10 ? 12 : 20;
    return header + 8 * bytes.length <= 8 * dataCodewords(at + 1);
  });
  if (version < 0) return null;
  return draw(version + 1, interleaved(version + 1, codewordsOf(version + 1, bytes)));
}

function sizeOf(version: number): number {
  return 17 + 4 * version;
}

/** All modules but those of patterns, as whole bytes. */
function rawCodewords(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2;
    modules -= (25 * aligned - 10) * aligned - 55;
    if (version >= 7) modules -= 36;
  }
  return Math.floor(modules / 8);
}

function dataCodewords(version: number): number {
  return rawCodewords(version) - ECC[version - 1]! * BLOCKS[version - 1]!;
}

/** Mode, length, bytes, end, padding. */
function codewordsOf(version: number, bytes: readonly number[]): number[] {
  const bits: number[] = [];
  const put = (value: number, width: number) => {
    for (let at = width - 1; at >= 0; at -= 1) bits.push((value >>> at) & 1);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const capacity = 8 * dataCodewords(version);
  put(0, Math.min(4, capacity - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad: number = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(8 * at, 8 * at + 8).reduce((value, bit) => (value << 1) | bit, 0),
  );
}

/** In the field of 256 elements that Reed and Solomon's codes use. */
function product(one: number, other: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d);
    result ^= ((other >>> bit) & 1) * one;
  }
  return result;
}

function divisorOf(degree: number): number[] {
  const result = Array.from({ length: degree }, (_, at) => Number(at === degree - 1));
  let root = 1;
  for (let turn = 0; turn < degree; turn += 1) {
    for (let at = 0; at < degree; at += 1) {
      result[at] = product(result[at]!, root) ^ (result[at + 1] ?? 0);
    }
    root = product(root, 2);
  }
  return result;
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  const result = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ result.shift()!;
    result.push(0);
    for (const [at, coefficient] of divisor.entries()) result[at]! ^= product(coefficient, factor);
  }
  return result;
}

/** Blocks with their error correction, byte by byte in turn. */
function interleaved(version: number, data: readonly number[]): number[] {
  const count = BLOCKS[version - 1]!;
  const divisor = divisorOf(ECC[version - 1]!);
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  let from = 0;
  const blocks = Array.from({ length: count }, (_, at) => {
    const block = data.slice(from, from + short + (at >= count - longer ? 1 : 0));
    from += block.length;
    return block;
  });
  const columns = (rows: readonly number[][], length: number) =>
    Array.from({ length }, (_, at) => rows.flatMap((row) => row[at] ?? [])).flat();
  const corrections = blocks.map((block) => remainderOf(block, divisor));
  return [...columns(blocks, short + 1), ...columns(corrections, divisor.length)];
}

function draw(version: number, codewords: readonly number[]): Grid {
  const masks = MASKS.map((mask, at) => {
    const { grid, isPattern } = patterns(version, at);
    fill(grid, isPattern, codewords);
    for (const [y, row] of grid.entries()) {
      for (const x of row.keys()) if (!isPattern[y]![x] && mask(x, y)) row[x] = !row[x];
    }
    return grid;
  });
  return masks.reduce((best, grid) => (penalty(grid) < penalty(best) ? grid : best));
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** What is always there, and where it is. */
function patterns(version: number, mask: number): { grid: Grid; isPattern: Grid } {
  const size = sizeOf(version);
  const empty = () => Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  const grid = empty();
  const isPattern = empty();
  const set = (x: number, y: number, isDark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    grid[y]![x] = isDark;
    isPattern[y]![x] = true;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  const square = (x: number, y: number, radius: number, isDark: (distance: number) => boolean) => {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  };
  const ends = [3, size - 4] as const;
  for (const [x, y] of [[ends[0], ends[0]] as const, [ends[1], ends[0]], [ends[0], ends[1]]]) {
    square(x!, y!, 4, (distance) => distance !== 2 && distance !== 4);
  }
  const places = alignments(version);
  for (const x of places) {
    for (const y of places) {
      const isCorner = (x === 6 && y === 6) || x + y === size - 1;
      if (!(isCorner && (x === 6 || y === 6))) square(x, y, 2, (distance) => distance !== 1);
    }
  }
  formats(size, mask, set);
  if (version >= 7) versions(size, version, set);
  return { grid, isPattern };
}

function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const last = sizeOf(version) - 7;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => last - (count - 2 - at) * step)];
}

type Put = (x: number, y: number, isDark: boolean) => void;

/** A value and its check bits, by the code of Bose, Chaudhuri and Hocquenghem. */
function checked(value: number, width: number, generator: number): number {
  let rest = value;
  for (let turn = 0; turn < width; turn += 1) {
    rest = (rest << 1) ^ ((rest >>> (width - 1)) * generator);
  }
  return (value << width) | rest;
}

function formats(size: number, mask: number, put: Put): void {
  const bits = checked((LEVEL << 3) | mask, 10, 0x537) ^ 0x5412;
  const bit = (at: number) => ((bits >>> at) & 1) === 1;
  for (let at = 0; at <= 5; at += 1) put(8, at, bit(at));
  put(8, 7, bit(6));
  put(8, 8, bit(7));
  put(7, 8, bit(8));
  for (let at = 9; at < 15; at += 1) put(14 - at, 8, bit(at));
  for (let at = 0; at < 8; at += 1) put(size - 1 - at, 8, bit(at));
  for (let at = 8; at < 15; at += 1) put(8, size - 15 + at, bit(at));
  put(8, size - 8, true);
}

function versions(size: number, version: number, put: Put): void {
  const bits = checked(version, 12, 0x1f25);
  for (let at = 0; at < 18; at += 1) {
    const isDark = ((bits >>> at) & 1) === 1;
    const far = size - 11 + (at % 3);
    const near = Math.floor(at / 3);
    put(far, near, isDark);
    put(near, far, isDark);
  }
}

/** In columns of two, from the right, up and down in turn. */
function fill(grid: Grid, isPattern: Grid, codewords: readonly number[]): void {
  const size = grid.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const isUp = ((right + 1) & 2) === 0;
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (isPattern[y]![x]) continue;
        grid[y]![x] = (((codewords[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
        at += 1;
      }
    }
  }
}

/** How hard it is to read: long runs, blocks, what looks like a corner, too much of one colour. */
function penalty(grid: Grid): number {
  const size = grid.length;
  let points = 0;
  let dark = 0;
  const columns = grid.map((_, x) => grid.map((row) => row[x]!));
  for (const line of [...grid, ...columns]) {
    const text = line.map((isDark) => (isDark ? "1" : "0")).join("");
    for (const run of text.match(/1{5,}|0{5,}/g) ?? []) points += run.length - 2;
    for (const corner of ["10111010000", "00001011101"]) {
      for (let at = text.indexOf(corner); at >= 0; at = text.indexOf(corner, at + 1)) points += 40;
    }
  }
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const here = grid[y]![x];
      if (here) dark += 1;
      const isBlock =
        x + 1 < size &&
        y + 1 < size &&
        here === grid[y]![x + 1] &&
        here === grid[y + 1]![x] &&
        here === grid[y + 1]![x + 1];
      if (isBlock) points += 3;
    }
  }
  return points + 10 * Math.floor(Math.abs((20 * dark) / (size * size) - 10));
}
