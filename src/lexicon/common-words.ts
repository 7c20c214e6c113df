/** Everyday words of English: people say these next to each other. */
export const commonWords: readonly string[] = `
a about above accept across act action add after again age ago air all alone along already also always am an and anger
animal another answer any apple are area arm army art as ask at aunt away axe baby back bad bag ball band bank bar base
bath be bear beat bed been before begin bell best better big bill bird bit black blood blue boat body book both box boy
bread break bring brother brown build burn bus but buy by cake call came camera camp can car card care carry case cat
catch cause cent chair change cheap check child choose church city class clean clear clock close cloth cloud coat coffee
cold collect come company complete cook cool copy corner cost could count country cover cow cross cry cup cut dance dark
date day dead deal dear deep desk did die different dinner dirt do doctor does dog done door down draw dream dress drink
drive drop dry dust each ear early earth east easy eat edge egg eggs eight else empty end enough even ever every exact
expect extra eye face fact fall family far farm fast fat father fear feed feel feet fell few field fight fill find fine
finger fire first fish fit five flat floor fly follow food foot for force forget form found four free friend from front
full fun game garden gas gave get girl give glass go goes gold gone good got great green ground group grow guess guest
had hair half hand happen happy hard has hat have he head hear heart heat heavy help her here hill him his hit hold hole
home hope horse hot hour house how hundred hurt I ice idea if in into is it its jar job join joke juice jump just keep
kept key kick kid kill kind king kiss kitchen knee knew knife knock know lack lacks lady lamp land large last late laugh
law lay lead leaf learn least leave left leg legs less let lets letter lie life lift light like likes line lips list
listen little live lock long look loose lot love low luck lunch machine made mail main make man many map march mark
market matter may me meal mean meat meet men met middle might mile milk mind mine minute miss mix money month moon more
morning most mother mouth move much music must my name near neck need never new news next nice night nine no noise none
north nose not note nothing now number of off offer office often oil old on once one only open or orange order other our
out over own page paid pain paint pair paper park part party pass past pay peace pen people pick piece place plain plan
plane plant play please point poor post pot power press price print pull push put quick quiet quite rain ran reach read
ready real red relax rest rice rich ride right ring rise river road rock roll roof room round rule run sad safe said
salt same sand sat save saw say school sea seat second see seem seen select sell send sent set seven shall shape she
ship shirt shoe shop short should show shut sick side sign silver simple sing sister sit six sky sleep slow small smell
smile snow so soap soft some son song soon sort sound soup south space speak spend spoke spring stand star start state
stay step stick still stone stop store story street strong such sugar suit summer sun sure sweet swim table tail take
talk tall taste tax tea teach team tell ten test text than that the their them then there these they thick thin thing
think this those three through till time tired to today together told too took top touch town train travel tree true try
turn twelve two uncle under until up us use usual very visit voice wait walk wall want war warm was wash watch water way
we weak wear week well went were west wet what wheel when where which while white who why wide wife will win wind window
wine winter wish with woman wood word work world worse would write wrong yard year yellow yes yet you young your
`
  .trim()
  .split(/\s+/);
