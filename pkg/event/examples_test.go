package event

// sample says what a kind is, and shows its data; between them the examples use every field.
type sample struct {
	doc      string
	examples []string
}

var samples = map[Kind]sample{
	KindDealCreated: {"A deal came into being.", []string{
		`{"stage":"prospecting","amount":"40000.00","currency":"EUR","close_date":"2026-06-30","pipeline":"direct","category":"pipeline","probability":0.1,"owner":"ana","team":"emea","segment":"enterprise","region":"dach","industry":"machinery","type":"new","source":"inbound","campaign":"webinar-q1","product":"platform","account":"A7","lead":"L9","term_months":12}`,
		`{"stage":"prospecting"}`,
	}},
	KindDealUpdated: {"Fields of a deal changed: what is present is set, null clears. A change of stage is dev.weir.deal.stage_changed.", []string{
		`{"amount":45000,"currency":"EUR","close_date":"2026-07-31","pipeline":"partner","category":"commit","probability":"0.75","owner":"ben","team":"emea","segment":"enterprise","region":"dach","industry":"machinery","type":"expansion","source":"partner","campaign":"expo","product":"platform","account":"A7","lead":"L9","term_months":24}`,
		`{"close_date":null,"campaign":null}`,
	}},
	KindDealStageChanged:     {"A deal entered a stage.", []string{`{"to":"negotiation"}`, `{"to":"negotiation","from":"proposal"}`}},
	KindDealAmountChanged:    {"A deal is worth something else.", []string{`{"amount":"52000.00","currency":"EUR"}`, `{"amount":52000}`}},
	KindDealCloseDateChanged: {"The planned close of a deal moved.", []string{`{"close_date":"2026-09-30"}`}},
	KindDealCategoryChanged:  {"The forecast category of a deal changed.", []string{`{"category":"commit"}`}},
	KindDealOwnerChanged:     {"A deal went to another owner.", []string{`{"owner":"ben","team":"apac"}`}},
	KindDealWon: {"A deal was won: what is present is set first.", []string{
		`{}`, `{"amount":"50000.00","currency":"EUR","type":"new","product":"platform","account":"A7","term_months":36}`,
	}},
	KindDealLost: {"A deal was lost.", []string{
		`{"kind":"competitor","competitor":"Contoso","reason":"Their price was lower."}`, `{}`,
	}},
	KindDealReopened:         {"A deal that was won or lost is open again.", []string{`{}`, `{"stage":"negotiation"}`}},
	KindDealDeleted:          {"A deal was deleted.", []string{`{}`}},
	KindDealMerged:           {"A deal was merged into another, which takes over its activities and roles.", []string{`{"into":"D8"}`}},
	KindDealQualificationSet: {"An element of a deal's qualification became known, or unknown again.", []string{`{"element":"champion","state":"filled"}`}},
	KindCompetitorTagged:     {"A competitor was seen in a deal.", []string{`{"competitor":"Contoso"}`}},
	KindContactRoleSet:       {"A contact's role in a deal became known.", []string{`{"contact":"C3","role":"economic_buyer","seniority":"vp"}`}},
	KindContractSigned: {"A contract was signed. Its end must not lie before its start, nor more than 100 years after it.", []string{
		`{"amount":"120000.00","start":"2026-01-01","end":"2028-12-31","one_time":"5000.00","currency":"EUR"}`,
	}},
	KindActivityLogged: {"Something was done for a deal, a lead or an account.", []string{
		`{"kind":"meeting","id":"M1","direction":"outbound","owner":"ana","duration_seconds":1800,"participants":[{"contact":"C3","role":"champion"},{"contact":"C4"}],"thread":"T5","reply_to":"M0"}`,
		`{"kind":"note"}`,
	}},
	KindActivityScheduled: {"An activity was planned.", []string{`{"id":"M2","kind":"meeting","at":"2026-02-12T14:00:00+01:00"}`}},
	KindActivityCancelled: {"A planned activity will not take place.", []string{`{"id":"M2"}`}},
	KindLeadCaptured: {"A lead came in.", []string{
		`{"source":"web","campaign":"webinar-q1","channel":"search","segment":"smb","region":"uk","owner":"cleo","person":"9f86d081884c7d65"}`, `{}`,
	}},
	KindLeadQualified:    {"A lead reached a level of qualification.", []string{`{"level":"mql","rule":"fit","rule_version":"7"}`, `{"level":"sql"}`}},
	KindLeadDisqualified: {"A lead was found unfit.", []string{`{"reason":"student"}`, `{}`}},
	KindLeadConverted:    {"A lead became a deal.", []string{`{"deal":"D4","account":"A7"}`}},
	KindLeadMerged:       {"A lead was merged into another.", []string{`{"into":"L8"}`}},
	KindSubscriptionStarted: {"A subscription began.", []string{
		`{"subscription":"S1","price":"99.00","interval":"month","interval_count":1,"quantity":25,"discount_percent":10,"currency":"EUR","product":"platform","plan":"team","tier":"2","seats":25,"features":["sso","audit"],"one_time":"500.00"}`,
		`{"subscription":"S2","price":1200,"interval":"year"}`,
	}},
	KindSubscriptionChanged: {"A subscription changed: what is present is set.", []string{
		`{"subscription":"S1","price":"89.00","interval":"month","interval_count":3,"quantity":"30","discount_percent":0,"currency":"EUR","product":"platform","plan":"company","tier":"3","seats":30,"features":["sso"],"one_time":0}`,
	}},
	KindSubscriptionEnded:   {"A subscription ended.", []string{`{"subscription":"S1","reason":"too_expensive"}`}},
	KindSubscriptionPaused:  {"A subscription was paused.", []string{`{"subscription":"S1","reason":"season"}`}},
	KindSubscriptionResumed: {"A paused subscription runs again.", []string{`{"subscription":"S1","reason":"season"}`}},
	KindRenewalDue: {"A contract is up for renewal.", []string{
		`{"renewal":"R1","due":"2026-12-31","amount":"24000.00","currency":"EUR","owner":"dan","subscription":"S1","segment":"smb"}`,
	}},
	KindRenewalRenewed:  {"A contract was renewed.", []string{`{"renewal":"R1","amount":"26000.00","currency":"EUR"}`}},
	KindRenewalLost:     {"A contract was not renewed.", []string{`{"renewal":"R1","reason":"merged with another customer"}`}},
	KindUsageRecorded:   {"A user of an account used a feature on the day of the event's time.", []string{`{"user":"u-81","feature":"export"}`}},
	KindSurveyAnswered:  {"Somebody answered a survey.", []string{`{"respondent":"u-81","score":9,"survey":"spring","kind":"relationship"}`}},
	KindTicketOpened:    {"A ticket was opened.", []string{`{"ticket":"T1","priority":"high","category":"billing"}`}},
	KindTicketResolved:  {"A ticket was resolved.", []string{`{"ticket":"T1"}`}},
	KindTicketReopened:  {"A resolved ticket is open again.", []string{`{"ticket":"T1"}`}},
	KindAccountEnriched: {"A provider told more about an account.", []string{`{"provider":"registry","fields":{"employees":120,"country":"DE"}}`}},
	KindSpendRecorded: {"Money was spent on a campaign. From must not lie after to, nor more than ten years before it.", []string{
		`{"amount":"3000.00","currency":"EUR","purpose":"marketing","channel":"search","from":"2026-02-01","to":"2026-02-28"}`, `{"amount":250,"purpose":"sales"}`,
	}},
	KindQuotaSet: {"The quota of an owner or a team was set.", []string{`{"period":"2026-Q1","amount":"300000.00","currency":"EUR"}`, `{"period":"2026","amount":1200000}`}},
	KindGoalSet: {"A goal was set, by its value or by an amount of money.", []string{
		`{"metric":"bookings","period":"2026-01","amount":"100000.00","currency":"EUR"}`, `{"metric":"win_rate","period":"2026","value":0.3}`,
	}},
	KindForecastSubmitted: {"An owner or a team said what is to be expected.", []string{`{"period":"2026-Q1","amount":"280000.00","currency":"EUR","category":"commit"}`}},
	KindFXRateSet:         {"An exchange rate became known: one unit of the subject's currency is rate units of base, which is another currency.", []string{`{"base":"EUR","rate":"0.92","date":"2026-02-01"}`}},
	KindExternalFactorSet: {"A factor from outside became known.", []string{`{"factor":"gdp_growth","value":-0.4,"date":"2026-01-31"}`}},
	KindSubjectErased:     {"The person fields and free text of an entity are to be removed.", []string{`{}`}},
}

// subjects has a subject for each entity.
var subjects = map[Entity]string{
	EntityDeal: "deal/D4", EntityLead: "lead/L1", EntityAccount: "account/A1", EntityCampaign: "campaign/web",
	EntityOwner: "owner/ana", EntityTeam: "team/emea", EntityCurrency: "currency/USD", EntityTenant: "tenant",
}

const noon = 1770724800000 // 2026-02-10T12:00:00Z

// eventOf is a valid event of a kind around the data.
func eventOf(k Kind, data string) Event {
	e := Event{ID: "e-1", Source: "/crm/acme", Type: k.Type(), Time: noon, DataContentType: "application/json"}
	for entity, subject := range subjects {
		if k.About()&entity != 0 {
			e.Subject = subject
		}
	}
	if data != "" {
		e.Data = []byte(data)
	}
	return e
}
