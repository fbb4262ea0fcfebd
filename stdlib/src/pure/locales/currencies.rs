//! Currencies: their codes, their decimals and their signs.
//!
//! Codes and decimals are those of ISO 4217 (list one of 2025), the signs those that CLDR 47 uses
//! in English.

/// The codes in use.
const CODES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
    GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR \
    KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH \
    UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Those without decimals.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Those with three decimals.
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Those with four decimals.
const FOUR: &str = "CLF";

/// Signs that are known everywhere.
const SIGNS: &[(&str, &str)] = &[
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
    ("XAF", "FCFA"),
    ("XCD", "EC$"),
    ("XCG", "Cg."),
    ("XOF", "F CFA"),
    ("XPF", "CFPF"),
];

/// Whether these three letters are the code of a currency.
pub fn is_code(code: &str) -> bool {
    code.len() == 3 && CODES.split(' ').any(|known| known == code)
}

/// How many digits an amount has behind the point.
pub fn decimals(code: &str) -> usize {
    let among = |list: &str| list.split(' ').any(|known| known == code);
    match (among(WHOLE), among(THREE), among(FOUR)) {
        (true, ..) => 0,
        (_, true, _) => 3,
        (.., true) => 4,
        _ => 2,
    }
}

/// The sign of a currency, its code where it has none of its own.
pub fn sign(code: &str) -> &str {
    SIGNS.iter().find(|(known, _)| *known == code).map_or(code, |(_, sign)| sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_holds_codes() {
        let signs = SIGNS.iter().map(|(code, _)| *code);
        let listed = [WHOLE, THREE, FOUR].into_iter().flat_map(|list| list.split(' '));
        for code in listed.chain(signs) {
            assert!(is_code(code), "{code}");
        }
        assert_eq!((decimals("JPY"), decimals("KWD"), decimals("BRL")), (0, 3, 2));
        assert_eq!((sign("BRL"), sign("CHF")), ("R$", "CHF"));
    }
}
