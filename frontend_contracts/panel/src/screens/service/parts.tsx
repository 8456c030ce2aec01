/** What the editor's parts are made of: labelled fields, and lists to be put in order. */

import type { Need } from "@daiqu/client";
import { useTexts } from "@daiqu/kit";
import { Button, Segmented } from "antd";
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  CopyOutlined,
  DeleteOutlined,
  DownOutlined,
  HolderOutlined,
  RightOutlined,
} from "@ant-design/icons";
import { useState, type ReactNode } from "react";
import { texts } from "./texts";

interface FieldProps {
  label: ReactNode;
  /** The id of what it labels. */
  to?: string;
  hint?: ReactNode;
  fault?: string | undefined;
  children: ReactNode;
}

export function Field({ label, to, hint, fault, children }: FieldProps) {
  return (
    <div className={fault ? "s-field s-field-bad" : "s-field"}>
      {to ? <label htmlFor={to}>{label}</label> : <span className="s-label">{label}</span>}
      {children}
      {fault ? (
        <p className="s-fault" role="alert">
          {fault}
        </p>
      ) : (
        hint && <p className="s-hint">{hint}</p>
      )}
    </div>
  );
}

const NEEDS = ["OFF", "OPTIONAL", "REQUIRED"] as const;

interface NeedProps {
  label: string;
  words: "need" | "proof";
  value: Need;
  without?: Need;
  onChange: (value: Need) => void;
}

export function NeedPicker({ label, words, value, without, onChange }: NeedProps) {
  const t = useTexts(texts);
  return (
    <Segmented<Need>
      aria-label={label}
      value={value}
      options={NEEDS.filter((need) => need !== without).map((need) => ({ value: need, label: t(`${words}.${need}`) }))}
      onChange={onChange}
    />
  );
}

interface OrderedProps<Row extends { id: string }> {
  section: string;
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  /** What the row is called, for its buttons. */
  name: (row: Row, index: number) => string;
  head: (row: Row, index: number) => ReactNode;
  /** Rows that are open. */
  open: ReadonlySet<string>;
  onOpen: (id: string, open: boolean) => void;
  copy?: (row: Row) => Row;
  /** Rows that something is wrong with. */
  bad: ReadonlySet<string>;
  children: (row: Row, index: number) => ReactNode;
}

/** Cards that open to be edited, and move by dragging or by their buttons. */
export function Ordered<Row extends { id: string }>(props: OrderedProps<Row>) {
  const { section, rows, onChange, name, open, onOpen, copy } = props;
  const t = useTexts(texts);
  const [held, setHeld] = useState<string | null>(null);
  const move = (from: number, to: number) => {
    const next = [...rows];
    const [row] = next.splice(from, 1);
    if (row && to >= 0 && to <= next.length) onChange(next.toSpliced(to, 0, row));
  };
  return (
    <ul className="s-cards">
      {rows.map((row, index) => {
        const called = name(row, index);
        const isOpen = open.has(row.id);
        return (
          <li
            key={row.id}
            id={`at-${section}-${row.id}`}
            className={`s-card${held === row.id ? " s-held" : ""}${props.bad.has(row.id) ? " s-card-bad" : ""}`}
            onDragOver={(event) => {
              if (!held) return;
              event.preventDefault();
              const from = rows.findIndex((each) => each.id === held);
              if (from !== index && from >= 0) move(from, index);
            }}
            onDrop={(event) => {
              event.preventDefault();
              setHeld(null);
            }}
          >
            <div className="s-card-head">
              <span
                className="s-handle"
                title={t("drag")}
                aria-hidden="true"
                draggable
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = "move";
                  event.dataTransfer.setData("text/plain", row.id);
                  setHeld(row.id);
                }}
                onDragEnd={() => setHeld(null)}
              >
                <HolderOutlined />
              </span>
              <button
                type="button"
                className="s-card-title"
                aria-expanded={isOpen}
                aria-label={t(isOpen ? "fold" : "expand", { name: called })}
                onClick={() => onOpen(row.id, !isOpen)}
              >
                {isOpen ? <DownOutlined /> : <RightOutlined />}
                <span className="s-card-words">{props.head(row, index)}</span>
              </button>
              <span className="s-card-acts">
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowUpOutlined />}
                  disabled={index === 0}
                  aria-label={t("moveUp", { name: called })}
                  onClick={() => move(index, index - 1)}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowDownOutlined />}
                  disabled={index === rows.length - 1}
                  aria-label={t("moveDown", { name: called })}
                  onClick={() => move(index, index + 1)}
                />
                {copy && (
                  <Button
                    type="text"
                    size="small"
                    icon={<CopyOutlined />}
                    aria-label={t("duplicate", { name: called })}
                    onClick={() => {
                      const next = copy(row);
                      onChange(rows.toSpliced(index + 1, 0, next));
                      onOpen(next.id, true);
                    }}
                  />
                )}
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t("remove", { name: called })}
                  onClick={() => onChange(rows.filter((each) => each.id !== row.id))}
                />
              </span>
            </div>
            {isOpen && <div className="s-card-body">{props.children(row, index)}</div>}
          </li>
        );
      })}
    </ul>
  );
}
