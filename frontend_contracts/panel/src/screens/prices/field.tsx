import type { ReactNode } from "react";

/** A control with its label, and what helps below it. */
export function Field(props: { label: ReactNode; to?: string; hint?: ReactNode; fault?: string | false | undefined; children: ReactNode }) {
  const { label, to, hint, fault, children } = props;
  return (
    <div className="p-field">
      {to ? <label htmlFor={to}>{label}</label> : <span className="p-label">{label}</span>}
      {children}
      {fault ? (
        <p className="p-fault" role="alert">
          {fault}
        </p>
      ) : (
        hint && <p className="p-hint">{hint}</p>
      )}
    </div>
  );
}
