import type { MappedText } from '../mappedText.js';
import type { PreTokenizer } from '../pipeline.js';

/**
 * Splits where the script changes, as the trainer of SentencePiece does: kana count as Han, and a space belongs to what
 * stands before it. Spaces before the first script are dropped, as Hugging Face's tokenizers drop them.
 */
export function unicodeScriptsPreTokenizer(): PreTokenizer {
  return { preTokenize: splitByScript, toJson: () => ({ type: 'UnicodeScripts' }) };
}

const NONE = '';

function splitByScript(text: MappedText): MappedText[] {
  const words: MappedText[] = [];
  let previous: string = NONE;
  let start = -1;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.text.codePointAt(at)!;
    const script = scriptOf(codePoint);
    if (script !== NONE && script !== previous) {
      if (start >= 0) words.push(text.slice(start, at));
      start = at;
      previous = script;
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  if (start >= 0) words.push(text.slice(start, text.length));
  return words;
}

/** The script of a character; NONE for spaces and for what is no character yet. */
function scriptOf(codePoint: number): string {
  let script = known.get(codePoint);
  if (script === undefined) {
    script = findScript(codePoint);
    known.set(codePoint, script);
  }
  return script;
}

const known = /* @__PURE__ */ new Map<number, string>();
let scripts: readonly (readonly [name: string, pattern: RegExp])[] | undefined;

function findScript(codePoint: number): string {
  const KATAKANA_PROLONGED_SOUND_MARK = 0x30fc;
  if (codePoint === 0x20) return NONE;
  if (codePoint === KATAKANA_PROLONGED_SOUND_MARK) return 'Han';
  scripts ??= SCRIPTS.split(' ').flatMap((name) => patternOf(name) ?? []);
  const character = String.fromCodePoint(codePoint);
  const name = scripts.find(([, pattern]) => pattern.test(character))?.[0] ?? NONE;
  return name === 'Hiragana' || name === 'Katakana' ? 'Han' : name;
}

/** Undefined for a script that this JavaScript engine does not know yet. */
function patternOf(name: string): [readonly [name: string, pattern: RegExp]] | undefined {
  try {
    return [[name, new RegExp(`\\p{Script=${name}}`, 'u')]];
  } catch {
    return undefined;
  }
}

/** The scripts of Unicode 16, the frequent ones first. */
const SCRIPTS =
  'Common Latin Han Hiragana Katakana Hangul Cyrillic Arabic Inherited Greek Devanagari Thai Hebrew ' +
  'Adlam Ahom Anatolian_Hieroglyphs Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi ' +
  'Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Coptic ' +
  'Cuneiform Cypriot Cypro_Minoan Deseret Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay ' +
  'Georgian Glagolitic Gothic Grantha Gujarati Gunjala_Gondi Gurmukhi Gurung_Khema Hanifi_Rohingya Hanunoo Hatran ' +
  'Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Kawi Kayah_Li Kharoshthi ' +
  'Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani ' +
  'Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive ' +
  'Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko ' +
  'Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian ' +
  'Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa ' +
  'Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian ' +
  'Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil ' +
  'Tangsa Tangut Telugu Thaana Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho ' +
  'Warang_Citi Yezidi Yi Zanabazar_Square';
