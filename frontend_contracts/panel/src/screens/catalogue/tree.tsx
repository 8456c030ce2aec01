/** The categories beside the list: chosen, added, renamed, moved, hidden. */

import { OperatorCategorySaveDocument } from "@daiqu/client";
import { useAct, useTexts } from "@daiqu/kit";
import { Button, Dropdown } from "antd";
import { EyeInvisibleOutlined, MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useState } from "react";
import { CategoryForm } from "./category-form";
import { countOn, found, moved, type Shelf } from "./shelves";
import { texts } from "./texts";

interface TreeProps {
  shelves: readonly Shelf[];
  chosen: string;
  onChoose: (id: string) => void;
  onChanged: () => void;
}

interface Editing {
  shelf: Shelf | null;
  parentId: string | null;
  position: number;
}

export function CategoryTree({ shelves, chosen, onChoose, onChanged }: TreeProps) {
  const t = useTexts(texts);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [save, saving] = useAct(OperatorCategorySaveDocument);

  const inputOf = (shelf: Shelf, what: { position?: number; active?: boolean }) => ({
    id: shelf.id,
    name: shelf.names.map(({ language, text }) => ({ language, text })),
    parentId: found(shelves, shelf.id)?.parent?.id ?? null,
    position: what.position ?? shelf.position,
    active: what.active ?? shelf.active,
  });

  async function shift(shelf: Shelf, siblings: readonly Shelf[], by: -1 | 1) {
    const changes = moved(siblings, shelf.id, by);
    for (const [index, { shelf: each, position }] of changes.entries()) {
      const last = index === changes.length - 1;
      const outcome = await save(
        { input: inputOf(each, { position }) },
        last ? { done: t("didMove", { name: shelf.name }) } : {},
      );
      if (!outcome || !("done" in outcome)) break;
    }
    onChanged();
  }

  async function reveal(shelf: Shelf, active: boolean) {
    // Hiding takes all below along, so what was hidden is not what showing again would show.
    const outcome = await save(
      { input: inputOf(shelf, { active }) },
      {
        done: t(active ? "didShow" : "didHide", { name: shelf.name }),
        ...(!shelf.children.length && { undo: () => void reveal(shelf, !active) }),
      },
    );
    if (outcome && "done" in outcome) onChanged();
  }

  const branch = (some: readonly Shelf[], parent: Shelf | null, deep: number) => (
    <ul>
      {some.map((shelf, index) => {
        return (
          <li key={shelf.id}>
            <div className={chosen === shelf.id ? "g-shelf g-chosen" : "g-shelf"} style={{ paddingLeft: 8 + deep * 16 }}>
              <button type="button" className="g-pick" aria-pressed={chosen === shelf.id} onClick={() => onChoose(shelf.id)}>
                <span className="k-clip">{shelf.name}</span>
                {!shelf.active && <EyeInvisibleOutlined title={t("hidden")} aria-label={t("hidden")} />}
                <span className="g-count">{countOn([shelf])}</span>
              </button>
              <Dropdown
                trigger={["click"]}
                disabled={saving}
                menu={{
                  items: [
                    { key: "edit", label: t("editCategory") },
                    ...(deep < 4 ? [{ key: "below", label: t("addBelow") }] : []),
                    { type: "divider" },
                    { key: "up", label: t("moveUp"), disabled: index === 0 },
                    { key: "down", label: t("moveDown"), disabled: index === some.length - 1 },
                    { type: "divider" },
                    { key: "reveal", label: t(shelf.active ? "hide" : "show") },
                  ],
                  onClick({ key }) {
                    if (key === "edit") setEditing({ shelf, parentId: parent?.id ?? null, position: shelf.position });
                    else if (key === "below") {
                      setEditing({ shelf: null, parentId: shelf.id, position: shelf.children.length });
                    } else if (key === "reveal") void reveal(shelf, !shelf.active);
                    else void shift(shelf, some, key === "up" ? -1 : 1);
                  },
                }}
              >
                <Button
                  type="text"
                  size="small"
                  className="g-acts"
                  icon={<MoreOutlined />}
                  aria-label={t("actsOf", { name: shelf.name })}
                />
              </Dropdown>
            </div>
            {shelf.children.length > 0 && branch(shelf.children, shelf, deep + 1)}
          </li>
        );
      })}
    </ul>
  );

  return (
    <nav className="k-sheet g-tree" aria-label={t("categories")}>
      <header className="k-between">
        <h2>{t("categories")}</h2>
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          aria-label={t("addCategory")}
          title={t("addCategory")}
          onClick={() => setEditing({ shelf: null, parentId: null, position: shelves.length })}
        />
      </header>
      <div className={chosen ? "g-shelf" : "g-shelf g-chosen"} style={{ paddingLeft: 8 }}>
        <button type="button" className="g-pick" aria-pressed={!chosen} onClick={() => onChoose("")}>
          <span className="k-clip">{t("all")}</span>
          <span className="g-count">{countOn(shelves)}</span>
        </button>
      </div>
      {branch(shelves, null, 0)}
      {editing && (
        <CategoryForm
          {...editing}
          shelves={shelves}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            onChanged();
          }}
        />
      )}
    </nav>
  );
}
