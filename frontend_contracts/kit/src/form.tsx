/** A form of one mutation: refusals at the field they are about, nothing lost by leaving. */

import { Alert, Button, Form, Input, InputNumber, type FormInstance } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTell, type Outcome } from './acts';
import { useLanguage } from './app-context';
import type { BootText } from './boot';
import { useBrand } from './brand';
import { minorDigits } from './format';
import { useTexts } from './i18n';
import { useLeaveGuard } from './leaving';
import { kitTexts } from './texts';

interface SaveFormProps<Values extends object> {
  initial: Values;
  /** Sends it. A refusal that names a field is shown there, any other above the buttons. */
  save: (values: Values) => Promise<Outcome<{ __typename: string }> | null>;
  onSaved?: (values: Values) => void;
  onValues?: (values: Values) => void;
  onCancel?: () => void;
  /** Whether something is changed that is no field of it. */
  changed?: boolean;
  savedText?: string;
  saveLabel?: string;
  form?: FormInstance<Values>;
  children: ReactNode;
}

export function SaveForm<Values extends object>(props: SaveFormProps<Values>) {
  const t = useTexts(kitTexts);
  const tell = useTell();
  const [own] = Form.useForm<Values>();
  const form = props.form ?? own;
  const [touched, setTouched] = useState(false);
  const [running, setRunning] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  useLeaveGuard((touched || Boolean(props.changed)) && !running);

  async function submit(values: Values) {
    if (running) return;
    setRunning(true);
    setRefusal(undefined);
    const outcome = await props.save(values);
    setRunning(false);
    if (!outcome) return;
    if ('done' in outcome) {
      setTouched(false);
      tell.done(props.savedText ?? t('saved'));
      props.onSaved?.(values);
      return;
    }
    if ('failed' in outcome) return setRefusal(outcome.failed);
    const { field, message } = outcome.refused;
    const name = field && fieldOf(field, Object.keys(values));
    if (!name) return setRefusal(message);
    form.setFields([{ name: name as never, errors: [message] }]);
    form.scrollToField(name as never, { focus: true, block: 'center' });
  }

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={props.initial}
      onFinish={submit}
      onValuesChange={() => {
        setTouched(true);
        setRefusal(undefined);
        props.onValues?.(form.getFieldsValue(true) as Values);
      }}
      scrollToFirstError={{ focus: true, block: 'center' }}
    >
      {props.children}
      {refusal && <Alert type="error" showIcon title={refusal} role="alert" />}
      <div className="k-form-foot">
        <Button type="primary" htmlType="submit" loading={running}>
          {props.saveLabel ?? t('save')}
        </Button>
        {props.onCancel && <Button onClick={props.onCancel}>{t('cancel')}</Button>}
      </div>
    </Form>
  );
}

/** The form's own name for what a refusal calls `name.en`, `time_zone` or `timeZone`. */
export function fieldOf(field: string, names: readonly string[]): string | undefined {
  const head = (field.split(/[.[]/)[0] ?? '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return names.find((name) => name === head);
}

interface TextsInputProps {
  value?: BootText[];
  onChange?: (value: BootText[]) => void;
  id?: string;
  rows?: number;
  maxLength?: number;
  /** Languages to write in; the operator's, unless told otherwise. */
  languages?: readonly string[];
}

/** A text in each of the operator's languages, its own first. */
export function TextsInput({ value = [], onChange, id, rows, maxLength, languages }: TextsInputProps) {
  const brand = useBrand();
  const reader = useLanguage();
  const asked = languages ?? [brand.language, ...brand.moreLanguages];
  // What is written already in another language stays to be seen, and kept.
  const tags = [...new Set([...asked, ...value.map((each) => each.language)])];
  const names = new Intl.DisplayNames([reader], { type: 'language' });
  const set = (language: string, text: string) => {
    const others = value.filter((each) => each.language !== language);
    onChange?.(text ? [...others, { language, text }] : others);
  };
  return (
    <div className="k-texts">
      {tags.map((tag, index) => {
        const common = {
          value: value.find((each) => each.language === tag)?.text ?? '',
          lang: tag,
          ...(maxLength && { maxLength }),
          ...(index === 0 && id && { id }),
          'aria-label': names.of(tag) ?? tag,
        };
        return rows ? (
          <Input.TextArea
            key={tag}
            {...common}
            rows={rows}
            placeholder={names.of(tag) ?? tag}
            onChange={(event) => set(tag, event.target.value)}
          />
        ) : (
          <Input
            key={tag}
            {...common}
            suffix={tags.length > 1 && <span className="k-quiet">{names.of(tag) ?? tag}</span>}
            onChange={(event) => set(tag, event.target.value)}
          />
        );
      })}
    </div>
  );
}

/** A rule for `TextsInput`: the operator's own language is written. */
export function textsNeeded(language: string, message: string) {
  return {
    validator: (_: unknown, value: BootText[] | undefined) =>
      value?.some((each) => each.language === language && each.text.trim())
        ? Promise.resolve()
        : Promise.reject(new Error(message)),
  };
}

/** Money as people write it; its value is minor units. */
export function MoneyInput(props: { value?: number | null; onChange?: (value: number | null) => void; id?: string }) {
  const { currency } = useBrand();
  const digits = minorDigits(currency);
  const scale = 10 ** digits;
  return (
    <InputNumber<number>
      {...(props.id && { id: props.id })}
      min={0}
      precision={digits}
      suffix={currency}
      value={props.value == null ? null : props.value / scale}
      onChange={(value) => props.onChange?.(value == null ? null : Math.round(value * scale))}
      style={{ width: 200 }}
    />
  );
}
