/**
 * How names are said in English-speaking households that neither the dictionary nor letter to sound says so: names of many
 * languages, with the readings that their bearers and their neighbours use. A line is a word and its readings in ARPAbet,
 * `|` between them. Written down by ear for this project; a reading that the dictionary or letter to sound gives is left out.
 */
export const nameReadings: readonly (readonly [word: string, readings: readonly string[]])[] = `
aaliyah AH L IY AH
abdul AE B D UH L
abdullah AE B D UH L AH | AA B D UH L AA
adebayo AA D EH B AY OW
adeyemi AA D EY Y EH M IY
aditi AH D IH T IY
aditya AH D IH T Y AH
agnieszka AA G N Y EH SH K AH
ahmed AA HH M EH D
aiko AY K OW
aisha AY IY SH AH | AA IY SH AH | EY IY SH AH
aishwarya AY SH W AA R Y AH
alejandra AA L EH HH AA N D R AH
alejandro AA L EH HH AA N D R OW
aleksandr AE L IH K S AE N D ER
aleksandra AE L IH K S AE N D R AH
amelie AE M EH L IY | AA M EY L IY
amit AH M IY T | AA M IH T
amrita AA M R IY T AH
ananya AH N AH N Y AH
andrei AA N D R EY
andrzej AA N JH EY
anika AH N IY K AH
anil AH N IY L
anjali AA N JH AH L IY
annika AA N IH K AH
aoife IY F AH
arjun AA R JH UH N
arun AH R UW N | AA R UH N
ashok AH SH OW K
ayesha AY IY SH AH | AA EH SH AH
ayse AY SH AH
babak B AA B AE K
beatriz B EY AH T R IY Z | B EY AA T R IY S
benoit B EH N W AA
bianchi B Y AA NG K IY | B IY AA NG K IY
birgit B IH R G IH T
bogdan B AO G D AA N
caoimhe K IY V AH | K W IY V AH
castillo K AE S T IY Y OW
chakraborty CH AH K R AH B AO R T IY
chandra CH AH N D R AH
chantal SH AA N T AA L
chaudhary CH OW D R IY | CH AW D ER IY
chavez CH AA V EH Z
cheng CH AH NG
chinedu CH IH N EY D UW
choi CH W EH
ciara K IH R AH | S IY EH R AH
ciaran K IH R AH N
cillian K IH L IY AH N
claudia K L AW D IY AH
claudio K L AW D IY OW
dang D AA NG
daria D AA R Y AH
deirdre D IH R D R AH | D IH R D R IY
desai D AH S AY
dilip D IH L IY P
divya D IH V Y AH
dmitri D IH M IY T R IY
dmitry D IH M IY T R IY
dubois D UW B OY Z
duong Z UW AO NG
eilidh EY L IY
ekaterina Y IH K AE T ER IY N AH
elena EH L EY N AH | AH L EY N AH
eoin OW AH N
esra EH S R AH
etienne EH T Y EH N | EY T Y EH N
ewa EH V AH
farid F AH R IY D
fatima F AA T IY M AH
felipe F EH L IY P EY
ferreira F AH R EH R AH
fournier F UH R N Y EY
freja F R EY AH
fumiko F UW M IY K OW
gaurav G AW R AH V
gauri G AW R IY
georgios Y AO R G OW S
giorgio JH AO R JH OW
giuseppe JH UW S EH P EY
gonzalez G AH N Z AA L EH Z | G AO N Z AA L EH S
grainne G R AO N Y AH
guillaume G IY OW M
guillermo G IY Y EH R M OW
gunther G UH N T ER
gustav G UH S T AA V | G AH S T AA V
gutierrez G UW T IY EH R EH Z
hamza HH AA M Z AH
hanna HH AA N AH
hasan HH AA S AH N
hernandez ER N AE N D EH Z
hoang HH W AA NG | HH OW AE NG
huynh HH W IH N | W IH N
ibrahim IY B R AA HH IY M
ikram IH K R AA M
ilse IH L S AH
imran IH M R AA N
ines IY N EH S | IH N EH Z
ismail IH Z M AY L | IH S M AA IY L
ivan IY V AA N
ivana IY V AA N AH
ivanov IY V AA N AO F | IH V AA N AO F
iyer IY Y ER
jacek Y AA T S EH K
janek Y AA N EH K
javier HH AA V Y EH R
jean ZH AA N
jelena Y EH L EY N AH
jesus HH EY S UW S
jimenez HH IY M EH N EH S
joao ZH OW AW | ZH W AW
joaquin HH W AA K IY N
jochen Y AO K AH N
johannes Y OW HH AA N AH S
jonas Y OW N AH S
jorgen Y AO R G AH N
jose HH OW S EY
josef Y OW S EH F
jun JH UH N
jurgen Y ER G AH N
kaczmarek K AA CH M AA R EH K
kamala K AA M AH L AH
kapoor K AH P AO R
karolina K EH R AH L IY N AH
katarzyna K AA T AA ZH IH N AH
kateryna K AE T ER IY N AH
kavya K AA V Y AH
khadija K AH D IY JH AH | HH AH D IY JH AH
khalid K AH L IY D
kobayashi K OW B AH Y AA SH IY
kovacs K OW V AA CH
kowalski K AO V AA L S K IY | K AH V AA L S K IY
krzysztof K SH IH SH T AO F
kumar K UH M AA R
lakshmi L AA K SH M IY | L AH K SH M IY
lars L AA R S
latifa L AH T IY F AH
layla L AY L AH
lefebvre L AH F EH V | L AH F EH V R AH
leila L EY L AH | L AY L AH
leon L EY OW N
leonardo L EY AH N AA R D OW
leroy L AH R OY | L AH R W AA
lieselotte L IY Z AH L AA T AH
lindqvist L IH N D K V IH S T
luisa L UW IY S AH
mahmoud M AH M UW D | M AA HH M UW D
malik M AH L IY K
manuel M AE N W EH L
marcin M AA R CH IH N
mariam M AA R Y AH M
mariana M EH R IY AA N AH
marijke M AH R AY K AH
marisol M EH R IH S OW L
mateo M AH T EY OW
mateusz M AA T EY UW SH
matteo M AH T EY OW
mehmet M EH HH M EH T
mehta M EY T AH
michal M IY HH AA L | M IY K AH L
mikael M IH K EY L | M IH K AY EH L
mikhail M IY K AH IY L
mohamed M OW HH AE M IH D
mohammad M OW HH AE M AH D
mukesh M UW K EH SH
muller M Y UW L ER | M IH L ER
mustafa M UH S T AA F AH | M UW S T AH F AA
nadine N EY D IY N
nair N AY ER
nakamura N AA K AH M UH R AH
naomi N AY OW M IY
nasser N AA S ER
neha N EY HH AH | N EH HH AH
ngozi NG G OW Z IY | AH NG G OW Z IY
nguyen W IH N | NG W IH N | W EH N
nikolai N IH K AH L AY
noor N AO R
nowak N OW V AA K | N OW W AA K
okonkwo OW K OW N K W OW
oksana AA K S AA N AH
oleg AA L EH G
olofsson OW L AH F S AH N
oluwaseun OW L UW W AA SH EY AH N
oyelaran OW Y EH L AA R AH N
padraig P AW D R IH G | P AA D R IH G
paloma P AH L OW M AH
pavel P AA V EH L
pedro P EH D R OW
pereira P AH R EH R AH
petra P IY T R AH
petrov P EH T R AO F
pham F AA M
piotr P Y AO T ER | P Y OW T ER
priya P R IY AH
priyanka P R IY AA NG K AH
qian CH Y EH N
qureshi K UH R EH SH IY
rafael R AE F IY EH L
rahman R AH HH M AA N
rahul R AA HH UH L
rajesh R AA JH EH SH | R AH JH EH SH
ramesh R AH M EH SH
raul R AH UW L
rodriguez R OW D R IY G EH S
roisin R OW SH IY N
sakura S AH K UH R AH
sanchez S AA N CH EH S
sandeep S AH N D IY P | S AA N D IY P
sanjay S AH N JH EY | S AA N JH EY
santos S AA N T OW S
saoirse S ER SH AH | S IH R SH AH | S AO R SH AH
sasha S AA SH AH
schroeder SH R EY D ER
sergio S EH R HH IY OW
siddharth S IH D AA R T
sinead SH IH N EY D
siobhan SH IH V AO N | SH AH V AA N
sofia S AH F IY AH
stavros S T AA V R OW S
stefan SH T EH F AA N
suresh S UH R EH SH
szabo S AA B OW | S AE B OW
takahashi T AA K AH HH AA SH IY
takashi T AH K AA SH IY
tanaka T AH N AA K AH
tariq T AA R IH K
tatiana T AA T IY AA N AH
thabo T AA B OW
thiago T IY AA G OW
thor T AO R
tomasz T OW M AA SH
tran CH AE N
tremblay T R AA M B L EY
trung T R UH NG
ursula ER S Y AH L AH | UH R S UH L AH
usha UW SH AH
valentina V AE L EH N T IY N AH
vera V IH R AH
veronika V AH R AA N IH K AH
vijay V IY JH EY | V IH JH EY
vikas V IH K AA S
vikram V IH K R AH M | V IY K R AH M
vincenzo V IH N CH EH N Z OW
vivek V IH V EY K
vladimir V L AH D IY M IH R
watanabe W AA T AH N AA B EY
weber V EY B ER
wilhelm V IH L HH EH L M
wisniewski V IH SH N Y EH F S K IY | W IH Z N UW S K IY
wojciech V OY CH EH HH
wojcik V OY CH IH K
wolfgang V AO L F G AA NG
wong W AA NG
xavier EH K S EY V Y ER | Z AE V IY EY | HH AA V Y EH R
xia SH Y AA | SH IY AA | ZH IY AH
xiaoming SH AW M IH NG
xie SH Y EH | SH EY
ximena HH IH M EY N AH | Z IH M EY N AH
xiu SH Y UW
xu SH UW | ZH UW
yael Y AA EH L
yamamoto Y AA M AH M OW T OW
yan Y EH N
yang Y AA NG
yasmin Y AA S M IY N
yasmine Y AE Z M IY N
yusuf Y UW S UH F
yvonne IY V AA N
zachary Z AE K R IY
zahra Z AA R AH | Z AA HH R AH
zainab Z AY N AE B
zehra Z EH HH R AH
zhang JH AA NG | Z AE NG
zheng JH AH NG
zhou JH OW | ZH OW
zhu JH UW
zoltan Z OW L T AA N
`
  .trim()
  .split('\n')
  .map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1).split(' | ')] as const;
  });
