/** Bars over time, and the period before as a line. Drawn by hand: two shapes need no library. */

import { chartColors, useAppearance, useBrand, useTexts } from "@daiqu/kit";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { ticksOf } from "./changes";
import { texts } from "./texts";

export interface Bar {
  /** Under the axis. */
  label: string;
  /** In the tooltip. */
  title: string;
  value: number;
  /** The value as people read it. */
  said: string;
}

interface ChartProps {
  /** What the bars are. */
  name: string;
  bars: readonly Bar[];
  /** Of the period before, place by place. */
  before?: readonly Bar[];
  /** A value at the axis, short. */
  axis: (value: number) => string;
}

const HEIGHT = 260;
const TOP = 12;
const BOTTOM = 28;
const LEFT = 56;
const RIGHT = 8;
const LABEL_ROOM = 64;
const FLOOR = HEIGHT - BOTTOM;

export function Chart({ name, bars, before = [], axis }: ChartProps) {
  const t = useTexts(texts);
  const [color, , quiet] = chartColors(useBrand(), useAppearance());
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [at, setAt] = useState<number | null>(null);
  const shown = at !== null && at < bars.length ? at : null;

  const ticks = ticksOf(Math.max(...bars.map(({ value }) => value), ...before.map(({ value }) => value), 0));
  const most = ticks[ticks.length - 1] as number;
  const band = Math.max((width - LEFT - RIGHT) / Math.max(bars.length, 1), 1);
  const thick = Math.min(Math.max(band * 0.68, 1), 44);
  const middle = (number: number) => LEFT + band * (number + 0.5);
  const height = (value: number) => (value / most) * (FLOOR - TOP);
  const every = Math.max(1, Math.ceil(LABEL_ROOM / band));
  const line = before.slice(0, bars.length).map(({ value }, number) => `${middle(number).toFixed(1)},${(FLOOR - height(value)).toFixed(1)}`);
  const told = (number: number) => {
    const bar = bars[number] as Bar;
    const earlier = before[number];
    return earlier
      ? t("pointBefore", { at: bar.title, value: bar.said, before: earlier.said })
      : t("point", { at: bar.title, value: bar.said });
  };

  function follow(event: PointerEvent) {
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const number = Math.floor((event.clientX - left - LEFT) / band);
    setAt(number >= 0 && number < bars.length ? number : null);
  }

  function go(event: KeyboardEvent) {
    const here = shown ?? bars.length - 1;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (event.key === "Escape") return setAt(null);
    if (to === undefined) return;
    event.preventDefault();
    setAt(Math.min(Math.max(to, 0), bars.length - 1));
  }

  const here = shown ?? bars.length - 1;
  return (
    <div
      ref={box}
      className="r-chart"
      role="slider"
      tabIndex={0}
      aria-label={t("scrub", { metric: name })}
      aria-valuemin={0}
      aria-valuemax={Math.max(bars.length - 1, 0)}
      aria-valuenow={Math.max(here, 0)}
      aria-valuetext={bars.length ? told(here) : ""}
      onPointerMove={follow}
      onPointerLeave={() => setAt(null)}
      onFocus={() => setAt((known) => known ?? bars.length - 1)}
      onBlur={() => setAt(null)}
      onKeyDown={go}
    >
      <svg width={width} height={HEIGHT} aria-hidden="true" focusable="false">
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="r-grid" x1={LEFT} x2={width - RIGHT} y1={FLOOR - height(tick)} y2={FLOOR - height(tick)} />
            <text className="r-mark" x={LEFT - 8} y={FLOOR - height(tick) + 4} textAnchor="end">
              {axis(tick)}
            </text>
          </g>
        ))}
        {shown !== null && <rect className="r-here" x={middle(shown) - band / 2} y={TOP} width={band} height={FLOOR - TOP} />}
        {bars.map((bar, number) => (
          <rect
            key={bar.title}
            x={middle(number) - thick / 2}
            y={FLOOR - height(bar.value)}
            width={thick}
            height={height(bar.value)}
            rx={Math.min(3, thick / 3)}
            fill={color}
            fillOpacity={shown === null || shown === number ? 1 : 0.55}
          />
        ))}
        {line.length > 1 && <polyline className="r-before" points={line.join(" ")} stroke={quiet} />}
        {bars.map((bar, number) =>
          (bars.length - 1 - number) % every === 0 ? (
            <text key={bar.title} className="r-mark" x={middle(number)} y={HEIGHT - 8} textAnchor="middle">
              {bar.label}
            </text>
          ) : null,
        )}
      </svg>
      {shown !== null && (
        <div className={shown > bars.length / 2 ? "r-tip r-tip-left" : "r-tip"} style={{ left: middle(shown) }} aria-hidden="true">
          <span className="k-quiet">{(bars[shown] as Bar).title}</span>
          <strong>{(bars[shown] as Bar).said}</strong>
          {before[shown] && (
            <span className="k-quiet">
              {before[shown].title}: {before[shown].said}
            </span>
          )}
        </div>
      )}
      <div className="r-legend">
        <span>
          <svg width={12} height={12} aria-hidden="true">
            <rect width={12} height={12} rx={3} fill={color} />
          </svg>
          {t("now")}
        </span>
        {before.length > 0 && (
          <span>
            <svg width={18} height={12} aria-hidden="true">
              <line className="r-before" x1={0} x2={18} y1={6} y2={6} stroke={quiet} />
            </svg>
            {t("before")}
          </span>
        )}
      </div>
    </div>
  );
}

/** How wide an element is, as it changes. */
function useWidth(of: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = of.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(Math.floor(entry.contentRect.width), 240)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}
