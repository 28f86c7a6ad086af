// The world's countries by name. The wire wants ISO 3166-1 alpha-3; `Intl.DisplayNames` names alpha-2, so the pairs are
// listed here and the names come from the system in the operator's language.

import { foldForSearch } from './fold';
import type { Language } from './format';

// alpha-3 then alpha-2, as published by ISO 3166-1 (249 entries).
const PAIRS =
  'ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE ' +
  'BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW ' +
  'CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY ' +
  'CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR ' +
  'FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU ' +
  'GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE ' +
  'JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT ' +
  'LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ ' +
  'MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ ' +
  'OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU ' +
  'RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK ' +
  'SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV ' +
  'TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ' +
  'ZMBZM ZWEZW';

/** A country as the form offers it. */
export interface Country {
  /** ISO 3166-1 alpha-3, what the wire wants. */
  code: string;
  name: string;
  /** Its name in the other language: what stands on the paper form may be either. */
  otherName: string;
}

const alpha2ByAlpha3 = new Map(PAIRS.split(' ').map((pair) => [pair.slice(0, 3), pair.slice(3)]));

/** A country's name; the code itself when it is none that is known. */
export function countryName(code: string, language: Language): string {
  const alpha2 = alpha2ByAlpha3.get(code);
  if (!alpha2) return code;
  return new Intl.DisplayNames([language], { type: 'region' }).of(alpha2) ?? code;
}

/** Every country, in the order of its name in the language. */
export function countries(language: Language): Country[] {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  const others = new Intl.DisplayNames([language === 'es' ? 'en' : 'es'], { type: 'region' });
  const collator = new Intl.Collator(language);
  return [...alpha2ByAlpha3]
    .map(([code, alpha2]) => ({ code, name: names.of(alpha2) ?? code, otherName: others.of(alpha2) ?? code }))
    .sort((left, right) => collator.compare(left.name, right.name));
}

/**
 * The countries whose name has a word beginning with what was typed, or whose code is it; those that only their name in the
 * other language finds come after.
 */
export function matchCountries(list: readonly Country[], typed: string): Country[] {
  const wanted = foldForSearch(typed.trim());
  if (wanted === '') return [...list];
  const begins = (written: string): boolean => {
    const name = foldForSearch(written);
    return name.startsWith(wanted) || name.includes(` ${wanted}`);
  };
  const here = list.filter(({ code, name }) => begins(name) || foldForSearch(code) === wanted);
  return [...here, ...list.filter((country) => !here.includes(country) && begins(country.otherName))];
}

/** The one country that is meant by a text: its whole name in either language, or the only one that it finds. */
export function meantCountry(list: readonly Country[], typed: string): Country | undefined {
  const wanted = foldForSearch(typed.trim());
  if (wanted === '') return undefined;
  const found = matchCountries(list, typed);
  const whole = (pick: (country: Country) => string) =>
    found.find((country) => foldForSearch(pick(country)) === wanted);
  return (
    whole(({ name }) => name) ?? whole(({ otherName }) => otherName) ?? (found.length === 1 ? found[0] : undefined)
  );
}
