package event

import "strings"

// currencyCodes are the currencies of ISO 4217 by the number of their decimals: those in force, and
// those withdrawn since 2010, which old events carry. Metals, drawing rights and test codes have no
// minor unit and are left out.
var currencyCodes = map[int]string{
	0: "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP " +
		"GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK " +
		"LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO " +
		"NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS " +
		"SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UZS VED VES WST XAD " +
		"XCD XCG YER ZAR ZMW ZWG" +
		// withdrawn
		" ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW",
}

var currencyDecimals = func() map[string]int {
	all := make(map[string]int, 200)
	for decimals, codes := range currencyCodes {
		for code := range strings.FieldsSeq(codes) {
			all[code] = decimals
		}
	}
	return all
}()

// CurrencyDecimals is how many decimals an ISO 4217 currency has; false where there is no such code.
func CurrencyDecimals(code string) (int, bool) {
	decimals, ok := currencyDecimals[code]
	return decimals, ok
}
