/** A category, new or changed. */

import { OperatorCategorySaveDocument } from "@daiqu/client";
import { SaveForm, SideDrawer, textsNeeded, TextsInput, useAct, useBrand, useTexts, type BootText } from "@daiqu/kit";
import { Form, Switch, TreeSelect } from "antd";
import { within, type Shelf } from "./shelves";
import { texts } from "./texts";

interface FormProps {
  shelf: Shelf | null;
  parentId: string | null;
  position: number;
  shelves: readonly Shelf[];
  onClose: () => void;
  onSaved: () => void;
}

interface Values {
  name: BootText[];
  parentId: string;
  active: boolean;
}

interface Node {
  value: string;
  title: string;
  disabled: boolean;
  children: Node[];
}

export function CategoryForm({ shelf, parentId, position, shelves, onClose, onSaved }: FormProps) {
  const t = useTexts(texts);
  const brand = useBrand();
  const [save] = useAct(OperatorCategorySaveDocument);
  // Nothing lies in itself.
  const own = shelf ? within(shelf) : [];
  const nodes = (some: readonly Shelf[]): Node[] =>
    some.map((each) => ({ value: each.id, title: each.name, disabled: own.includes(each.id), children: nodes(each.children) }));
  return (
    <SideDrawer open onClose={onClose} title={t(shelf ? "editCategory" : "addCategory")}>
      <SaveForm<Values>
        initial={{
          name: shelf?.names.map(({ language, text }) => ({ language, text })) ?? [],
          parentId: parentId ?? "",
          active: shelf?.active ?? true,
        }}
        savedText={t("categorySaved")}
        save={(values) =>
          save(
            { input: { id: shelf?.id ?? null, name: values.name, parentId: values.parentId || null, position, active: values.active } },
            { quiet: true },
          )
        }
        onSaved={onSaved}
        onCancel={onClose}
      >
        <Form.Item name="name" label={t("categoryName")} rules={[textsNeeded(brand.language, t("nameNeeded"))]} required>
          <TextsInput maxLength={200} />
        </Form.Item>
        <Form.Item name="parentId" label={t("above")}>
          <TreeSelect treeDefaultExpandAll treeData={[{ value: "", title: t("top"), disabled: false, children: [] }, ...nodes(shelves)]} />
        </Form.Item>
        <Form.Item name="active" label={t("shown")} valuePropName="checked" extra={t("shownHint")}>
          <Switch />
        </Form.Item>
      </SaveForm>
    </SideDrawer>
  );
}
