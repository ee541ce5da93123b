// A person's card, with the ways to reach them and to be them.

import { avatar } from "../parts/avatar.js";
import { make } from "../parts/make.js";
import { go } from "./place.js";

export function showPerson(person, session) {
  const { state } = session;
  const direct = [...state.channels.values()].find((each) => each.is_direct && each.user === person.id);
  const close = () => dialog.close();
  const act = (label, done) => {
    const click = () => {
      close();
      done();
    };
    return make("button", { type: "button", class: "plain-button", on: { click } }, label);
  };
  const canBe = !person.is_bot && person.id !== state.me;
  const dialog = make(
    "dialog",
    { class: "profile", "aria-label": `Profile of ${person.real_name}` },
    make("div", { class: "profile-head" }, avatar(person), words(person)),
    make(
      "div",
      { class: "profile-actions" },
      direct ? act("Message", () => session.openChannel(direct.id)) : null,
      canBe ? act(`Be ${person.real_name}`, () => go({ as: person.id })) : null,
      act("Close", () => {}),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
}

function words(person) {
  const lines = [`@${person.name}`, person.title, person.tz, `Member ID ${person.id}`].filter(Boolean);
  return make("div", {}, make("h2", {}, person.real_name), ...lines.map((line) => make("p", {}, line)));
}
