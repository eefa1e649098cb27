// SPDX-License-Identifier: Apache-2.0
import type uPlot from 'uplot';
import type { Raised } from '../model/evaluate';

/** Something that happened, drawn as a line across the chart. */
export interface Mark {
  readonly atMs: number;
  readonly label: string;
  readonly tone: 'command' | 'alarm' | 'over';
}

/** What is drawn besides the values; limits in the chart's own scale. */
export interface Drawn {
  readonly limits: readonly number[];
  readonly shades: readonly Raised[];
  readonly marks: readonly Mark[];
}

type Colour = (name: string) => string;

/** Behind the values: when it was an alarm. */
export function drawShades(self: uPlot, shades: readonly Raised[], colour: Colour): void {
  const { left, top, width, height } = self.bbox;
  within(self, (ctx) => {
    ctx.fillStyle = colour('--bad-back');
    for (const shade of shades) {
      const from = Math.max(left, self.valToPos(shade.fromMs / 1000, 'x', true));
      const to = Math.min(
        left + width,
        shade.toMs === null ? left + width : self.valToPos(shade.toMs / 1000, 'x', true),
      );
      // What was short is still seen.
      ctx.fillRect(from, top, Math.max(to - from, 2 * devicePixelRatio), height);
    }
  });
}

/** Before the values: limits, and what happened. */
export function drawLines(self: uPlot, { limits, marks }: Drawn, colour: Colour): void {
  const { left, top, width, height } = self.bbox;
  within(self, (ctx) => {
    ctx.strokeStyle = colour('--bad');
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const limit of limits) {
      const y = self.valToPos(limit, 'y', true);
      line(ctx, left, y, left + width, y);
    }
    ctx.setLineDash([]);
    ctx.lineWidth = devicePixelRatio;
    for (const mark of marks) {
      const x = self.valToPos(mark.atMs / 1000, 'x', true);
      ctx.strokeStyle = colour(COLOURS[mark.tone]);
      ctx.fillStyle = ctx.strokeStyle;
      line(ctx, x, top, x, top + height);
      const size = 4 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x - size, top);
      ctx.lineTo(x + size, top);
      ctx.lineTo(x, top + 1.5 * size);
      ctx.fill();
    }
  });
}

const COLOURS: Record<Mark['tone'], string> = { command: '--other', alarm: '--bad', over: '--good' };

function within(self: uPlot, draw: (ctx: CanvasRenderingContext2D) => void): void {
  const { left, top, width, height } = self.bbox;
  const { ctx } = self;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
