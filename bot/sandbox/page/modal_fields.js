// The kinds of fields a modal may hold. Each gives its element, what to focus, what is wrong, and its answer.

import { make } from "./elements.js";
import { SelectMenu, selectOptions } from "./selects.js";

// Discord's own limit of a text input's value.
const LONGEST = 4000;

/** How long `value` may be: words for what is wrong, or an empty string. */
export function textProblem(component, value) {
  const isRequired = component.required ?? true;
  if (value === "") return isRequired ? "Please fill this in." : "";
  const least = component.min_length ?? 0;
  const most = component.max_length ?? LONGEST;
  if (value.length < least) return `At least ${least} characters, please.`;
  return value.length > most ? `At most ${most} characters, please.` : "";
}

function textField(component, { id }) {
  const isLong = component.style === 2;
  const input = make(isLong ? "textarea" : "input", {
    id,
    class: "text-input",
    placeholder: component.placeholder,
    maxlength: component.max_length ?? LONGEST,
    "aria-required": String(component.required ?? true),
    "aria-describedby": `${id}-note`,
    rows: isLong ? 4 : null,
    type: isLong ? null : "text",
    autocomplete: "off",
    data: { testid: `modal-${component.custom_id}` },
  });
  input.value = component.value ?? "";
  return {
    element: input,
    control: input,
    problem: () => textProblem(component, input.value),
    answer: () => ({ type: 4, id: component.id, custom_id: component.custom_id, value: input.value }),
  };
}

function selectField(component, { store, label }) {
  const menu = new SelectMenu({ component, options: selectOptions(component, store), onDone: () => {}, label });
  const isRequired = component.required ?? true;
  return {
    element: menu.element,
    control: menu.button,
    problem: () => (isRequired && menu.values.size < Math.max(1, component.min_values ?? 1) ? "Please choose." : ""),
    answer: () => ({
      type: component.type,
      id: component.id,
      custom_id: component.custom_id,
      values: [...menu.values],
    }),
  };
}

function fileField(component, { id, files }) {
  const input = make("input", {
    id, type: "file", class: "file-input", multiple: (component.max_values ?? 1) > 1, "aria-describedby": `${id}-note`,
    data: { testid: `modal-${component.custom_id}` },
  });
  const isRequired = component.required ?? true;
  return {
    element: input,
    control: input,
    problem: () => (isRequired && input.files.length === 0 ? "Please attach a file." : ""),
    // The value of a file is its place among the files sent along.
    answer: () => ({
      type: 19,
      id: component.id,
      custom_id: component.custom_id,
      values: [...input.files].map((file) => files.push(file) - 1),
    }),
  };
}

/** Radio buttons (one choice) or checkboxes (several). */
function groupField(component, { id, label }) {
  const type = component.type === 21 ? "radio" : "checkbox";
  const inputs = (component.options ?? []).map((option) => {
    const input = make(
      "input",
      { type, name: id, value: option.value, data: { testid: `modal-${component.custom_id}` } },
    );
    input.checked = Boolean(option.default);
    return {
      input,
      element: make(
        "label",
        { class: "choice-row" },
        input,
        make("span", {}, option.label, option.description ? make("small", {}, option.description) : null),
      ),
    };
  });
  const chosen = () => inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
  const isRequired = component.required ?? true;
  return {
    element: make(
      "div",
      { role: type === "radio" ? "radiogroup" : "group", "aria-label": label },
      inputs.map(({ element }) => element),
    ),
    control: inputs[0]?.input ?? make("input"),
    problem: () => (isRequired && chosen().length === 0 ? "Please choose." : ""),
    answer: () => ({
      type: component.type, id: component.id, custom_id: component.custom_id,
      ...(type === "radio" ? { value: chosen()[0] ?? null } : { values: chosen() }),
    }),
  };
}

function checkboxField(component, { id }) {
  const input = make(
    "input",
    { type: "checkbox", id, class: "lone-checkbox", data: { testid: `modal-${component.custom_id}` } },
  );
  input.checked = Boolean(component.default);
  return {
    element: input,
    control: input,
    problem: () => "",
    answer: () => ({ type: 23, id: component.id, custom_id: component.custom_id, value: input.checked }),
  };
}

const MAKERS = {
  3: selectField,
  4: textField,
  5: selectField,
  6: selectField,
  7: selectField,
  8: selectField,
  19: fileField,
  21: groupField,
  22: groupField,
  23: checkboxField,
};

/**
 * Makes the field of `component`, or null for a kind nobody knows.
 * @param context `id` for the control, `label`, `store`, and `files`, which file fields add to
 */
export function makeField(component, context) {
  return MAKERS[component?.type]?.(component, context) ?? null;
}
