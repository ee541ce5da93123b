// The emoji that are known by name here, in the order in which the picker shows them.

const GROUPS = {
  People: `
    smile 😄 grinning 😀 smiley 😃 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rofl 🤣
    slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍
    star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 sunglasses 😎
    thinking_face 🤔 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒
    face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷
    dizzy_face 😵 partying_face 🥳 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮
    hushed 😯 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩
    tired_face 😫 triumph 😤 rage 😡 angry 😠 skull 💀 clown_face 🤡 ghost 👻 robot_face 🤖
    saluting_face 🫡 wave 👋 raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈
    point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊
    clap 👏 raised_hands 🙌 handshake 🤝 pray 🙏 muscle 💪 eyes 👀 brain 🧠 technologist 🧑‍💻
    firefighter 🧑‍🚒 detective 🕵️ bust_in_silhouette 👤 busts_in_silhouette 👥
    speaking_head_in_silhouette 🗣️ shrug 🤷 facepalm 🤦
  `,
  "Nature and food": `
    dog 🐶 cat 🐱 bug 🐛 bee 🐝 snail 🐌 turtle 🐢 unicorn_face 🦄 seedling 🌱 four_leaf_clover 🍀
    sunflower 🌻 cactus 🌵 evergreen_tree 🌲 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️
    thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 zap ⚡ fire 🔥 droplet 💧 ocean 🌊
    earth_africa 🌍 crescent_moon 🌙 star ⭐ star2 🌟 sparkles ✨ boom 💥 coffee ☕ tea 🍵 beer 🍺 pizza 🍕
    hamburger 🍔 apple 🍎 banana 🍌 cake 🍰 birthday 🎂 cookie 🍪
  `,
  Things: `
    tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 dart 🎯 rocket 🚀 airplane ✈️ car 🚗
    ambulance 🚑 fire_engine 🚒 rotating_light 🚨 traffic_light 🚦 construction 🚧 house 🏠 office 🏢
    hospital 🏥 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️
    timer_clock ⏲️ clock1 🕐 clock3 🕒 clock9 🕘 calendar 📅 date 📅 spiral_calendar_pad 🗓️ computer 💻
    desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ phone ☎️ telephone_receiver 📞 iphone 📱 battery 🔋
    electric_plug 🔌 bulb 💡 flashlight 🔦 wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ link 🔗
    paperclip 📎 pushpin 📌 round_pushpin 📍 scissors ✂️ lock 🔒 unlock 🔓 closed_lock_with_key 🔐
    key 🔑 shield 🛡️ bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 mag 🔍 mag_right 🔎 memo 📝 pencil 📝
    pencil2 ✏️ clipboard 📋 page_facing_up 📄 bookmark_tabs 📑 books 📚 book 📖 notebook 📓 newspaper 📰
    label 🏷️ ticket 🎫 admission_tickets 🎟️ email ✉️ envelope ✉️ incoming_envelope 📨 inbox_tray 📥
    outbox_tray 📤 package 📦 mailbox 📫 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️
    wastebasket 🗑️ bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 moneybag 💰
    credit_card 💳 camera 📷 headphones 🎧 microphone 🎤 satellite_antenna 📡 ring_buoy 🛟
    fire_extinguisher 🧯 broom 🧹 test_tube 🧪 thermometer 🌡️ pill 💊 crystal_ball 🔮 art 🎨
  `,
  Signs: `
    heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜
    broken_heart 💔 100 💯 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
    negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓ grey_question ❔
    exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ bangbang ‼️ interrobang ⁉️
    warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 information_source ℹ️ sos 🆘 new 🆕
    free 🆓 up 🆙 ok 🆗 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
    large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤
    white_circle ⚪ black_circle ⚫ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨
    large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 white_large_square ⬜
    black_large_square ⬛ small_red_triangle 🔺 small_red_triangle_down 🔻 small_blue_diamond 🔹
    small_orange_diamond 🔸 large_blue_diamond 🔷 large_orange_diamond 🔶 arrow_up ⬆️ arrow_down ⬇️
    arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_right_hook ↪️
    leftwards_arrow_with_hook ↩️ arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩
    double_vertical_bar ⏸️ black_square_for_stop ⏹️ arrow_forward ▶️ recycle ♻️ infinity ♾️ zzz 💤
    speech_balloon 💬 thought_balloon 💭 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️
    one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣
    keycap_ten 🔟
  `,
};

const SKIN_TONE = /::skin-tone-\d$/;

/** Each group with its [name, character] pairs. */
export const emojiGroups = Object.entries(GROUPS).map(([name, words]) => [name, pairs(words)]);

const characters = new Map(emojiGroups.flatMap(([, group]) => group));

/** ":red_circle:" or "red_circle" as its character; null if it is not known here. */
export function emoji(name) {
  const bare = name.replace(/^:|:$/g, "").replace(SKIN_TONE, "");
  return characters.get(bare) ?? null;
}

function pairs(words) {
  const list = words.trim().split(/\s+/);
  return list.flatMap((word, at) => (at % 2 === 0 ? [[word, coloured(list[at + 1])]] : []));
}

/** Those of before emoji were invented stand in fonts of letters too, which U+FE0F turns down. */
function coloured(character) {
  return character.length === 1 ? `${character}\uFE0F` : character;
}
