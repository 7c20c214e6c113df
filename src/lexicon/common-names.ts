/**
 * Names that many people have, most frequent first: the 782 of the 400 most frequent first names of women and of men, and the 800
 * most frequent last names, as the US Census Bureau counted them in 1990 (public domain).
 */
export const firstNames: readonly string[] = `
mary james patricia john linda robert barbara michael elizabeth william jennifer david maria richard susan charles
margaret joseph dorothy thomas lisa christopher nancy daniel karen paul betty mark helen donald sandra george donna
kenneth carol steven ruth edward sharon brian michelle ronald laura anthony sarah kevin kimberly jason deborah matthew
jessica gary shirley timothy cynthia jose angela larry melissa jeffrey brenda frank amy scott anna eric rebecca
stephen virginia andrew kathleen raymond pamela gregory martha joshua debra jerry amanda dennis stephanie walter
carolyn patrick christine peter marie harold janet douglas catherine henry frances carl ann arthur joyce ryan diane
roger alice joe julie juan heather jack teresa albert doris jonathan gloria justin evelyn terry jean gerald cheryl
keith mildred samuel katherine willie joan ralph ashley lawrence judith nicholas rose roy janice benjamin kelly bruce
nicole brandon judy adam christina harry kathy fred theresa wayne beverly billy denise steve tammy louis irene jeremy
jane aaron lori randy rachel howard marilyn eugene andrea carlos kathryn russell louise bobby sara victor anne martin
jacqueline ernest wanda phillip bonnie todd julia jesse ruby craig lois alan tina shawn phyllis clarence norma sean
paula philip diana chris annie johnny lillian earl emily jimmy robin antonio peggy danny crystal bryan gladys tony
rita luis dawn mike connie stanley florence leonard tracy nathan edna dale tiffany manuel carmen rodney rosa curtis
cindy norman grace allen wendy marvin victoria vincent edith glenn kim jeffery sherry travis sylvia jeff josephine
chad thelma jacob shannon lee sheila melvin ethel alfred ellen kyle elaine francis marjorie bradley carrie jesus
charlotte herbert monica frederick esther ray pauline joel emma edwin juanita don anita eddie rhonda ricky hazel troy
amber randall eva barry debbie alexander april bernard leslie mario clara leroy lucille francisco jamie marcus joanne
micheal eleanor theodore valerie clifford danielle miguel megan oscar alicia jay suzanne jim michele tom gail calvin
bertha alex darlene jon veronica ronnie jill bill erin lloyd geraldine tommy lauren leon cathy derek joann warren
lorraine darrell lynn jerome sally floyd regina leo erica alvin beatrice tim dolores wesley bernice gordon audrey dean
yvonne greg annette jorge june dustin samantha pedro marion derrick dana dan stacy lewis ana zachary renee corey ida
herman vivian maurice roberta vernon holly roberto brittany clyde melanie glen loretta hector yolanda shane jeanette
ricardo laurie sam katie rick kristen lester vanessa brent alma ramon sue charlie elsie tyler beth gilbert jeanne gene
vicki marc carla reginald tara ruben rosemary brett eileen angel terri nathaniel gertrude rafael lucy tonya edgar ella
milton stacey raul wilma ben gina chester kristin cecil jessie duane natalie franklin agnes andre vera elmer brad
charlene gabriel bessie ron delores mitchell melinda roland pearl arnold arlene harvey maureen jared colleen adrian
allison karl tamara cory joy claude georgia erik constance darryl lillie claudia neil jackie marcia christian tanya
javier nellie fernando minnie clinton marlene ted heidi mathew glenda tyrone lydia darren viola lonnie courtney lance
marian cody stella julio caroline dora kurt jo allan vickie nelson mattie guy clayton maxine hugh irma max mabel
dwayne marsha dwight myrtle armando lena felix christy jimmie deanna everett patsy jordan hilda ian gwendolyn wallace
jennie ken nora bob margie jaime nina casey cassandra alfredo leah alberto penny dave kay ivan priscilla johnnie naomi
sidney carole byron brandy julian olga isaac billie morris dianne clifton tracey willard leona daryl jenny ross
felicia virgil sonia andy miriam marshall velma salvador becky perry bobbie kirk violet sergio kristina toni misty
seth mae kent shelly terrance daisy rene ramona eduardo sherri terrence erika enrique katrina freddie claire wade
lindsey austin lindsay stuart geneva fredrick guadalupe arturo belinda alejandro margarita sheryl joey cora nick faye
luther ada wendell natasha jeremiah sabrina evan isabel julius marguerite hattie donnie harriet otis molly cecilia
trevor kristi oliver brandi luke blanche homer sandy gerard rosie doug joanna kenny iris hubert eunice angelo angie
shaun inez lyle lynda matt madeline amelia alfonso alberta orlando genevieve rex monique carlton jodi ernesto janie
cameron maggie neal kayla pablo sonya lorenzo jan omar wilbur kristine blake candace grant fannie horace maryann
roderick opal kerry alison abraham yvette willis melody rickey luz susie ira olivia andres flora cesar shelley
johnathan kristy malcolm mamie rudolph lula damon lola kelvin verna rudy beulah preston antoinette alton candice
archie juana marco jeannette wm pam pete kelli randolph hannah garry whitney geoffrey bridget jonathon karla felipe
celia bennie latoya gerardo patty ed shelia dominic gayle della loren vicky delbert lynne colin sheri guillermo
marianne earnest kara lucas jacquelyn benny erma noel blanca spencer myra rodolfo leticia myron pat edmund krista
garrett roxanne salvatore angelica cedric lowell robyn gregg sherman adrienne wilson rosalie devin alexandra sylvester
brooke bethany roosevelt sadie israel bernadette jermaine
`
  .trim()
  .split(/\s+/);

export const lastNames: readonly string[] = `
smith johnson williams jones brown davis miller wilson moore taylor anderson thomas jackson white harris martin
thompson garcia martinez robinson clark rodriguez lewis lee walker hall allen young hernandez king wright lopez hill
scott green adams baker gonzalez nelson carter mitchell perez roberts turner phillips campbell parker evans edwards
collins stewart sanchez morris rogers reed cook morgan bell murphy bailey rivera cooper richardson cox howard ward
torres peterson gray ramirez james watson brooks kelly sanders price bennett wood barnes ross henderson coleman
jenkins perry powell long patterson hughes flores washington butler simmons foster gonzales bryant alexander russell
griffin diaz hayes myers ford hamilton graham sullivan wallace woods cole west jordan owens reynolds fisher ellis
harrison gibson mcdonald cruz marshall ortiz gomez murray freeman wells webb simpson stevens tucker porter hunter
hicks crawford henry boyd mason morales kennedy warren dixon ramos reyes burns gordon shaw holmes rice robertson hunt
black daniels palmer mills nichols grant knight ferguson rose stone hawkins dunn perkins hudson spencer gardner
stephens payne pierce berry matthews arnold wagner willis ray watkins olson carroll duncan snyder hart cunningham
bradley lane andrews ruiz harper fox riley armstrong carpenter weaver greene lawrence elliott chavez sims austin
peters kelley franklin lawson fields gutierrez ryan schmidt carr vasquez castillo wheeler chapman oliver montgomery
richards williamson johnston banks meyer bishop mccoy howell alvarez morrison hansen fernandez garza harvey little
burton stanley nguyen george jacobs reid kim fuller lynch dean gilbert garrett romero welch larson frazier burke
hanson day mendoza moreno bowman medina fowler brewer hoffman carlson silva pearson holland douglas fleming jensen
vargas byrd davidson hopkins may terry herrera wade soto walters curtis neal caldwell lowe jennings barnett graves
jimenez horton shelton barrett obrien castro sutton gregory mckinney lucas miles craig rodriquez chambers holt lambert
fletcher watts bates hale rhodes pena beck newman haynes mcdaniel mendez bush vaughn parks dawson santiago norris
hardy love steele curry powers schultz barker guzman page munoz ball keller chandler weber leonard walsh lyons ramsey
wolfe schneider mullins benson sharp bowen daniel barber cummings hines baldwin griffith valdez hubbard salazar reeves
warner stevenson burgess santos tate cross garner mann mack moss thornton dennis mcgee farmer delgado aguilar vega
glover manning cohen harmon rodgers robbins newton todd blair higgins ingram reese cannon strickland townsend potter
goodwin walton rowe hampton ortega patton swanson joseph francis goodman maldonado yates becker erickson hodges rios
conner adkins webster norman malone hammond flowers cobb moody quinn blake maxwell pope floyd osborne paul mccarthy
guerrero lindsey estrada sandoval gibbs tyler gross fitzgerald stokes doyle sherman saunders wise colon gill alvarado
greer padilla simon waters nunez ballard schwartz mcbride houston christensen klein pratt briggs parsons mclaughlin
zimmerman french buchanan moran copeland roy pittman brady mccormick holloway brock poole frank logan owen bass marsh
drake wong jefferson park morton abbott sparks patrick norton huff clayton massey lloyd figueroa carson bowers
roberson barton tran lamb harrington casey boone cortez clarke mathis singleton wilkins cain bryan underwood hogan
mckenzie collier luna phelps mcguire allison bridges wilkerson nash summers atkins wilcox pitts conley marquez burnett
richard cochran chase davenport hood gates clay ayala sawyer roman vazquez dickerson hodge acosta flynn espinoza
nicholson monroe wolf morrow kirk randall anthony whitaker oconnor skinner ware molina kirby huffman bradford charles
gilmore dominguez oneal bruce lang combs kramer heath hancock gallagher gaines shaffer short wiggins mathews mcclain
fischer wall small melton hensley bond dyer cameron grimes contreras christian wyatt baxter snow mosley shepherd
larsen hoover beasley glenn petersen whitehead meyers keith garrison vincent shields horn savage olsen schroeder
hartman woodard mueller kemp deleon booth patel calhoun wiley eaton cline navarro harrell lester humphrey parrish
duran hutchinson hess dorsey bullock robles beard dalton avila vance rich blackwell york johns blankenship trevino
salinas campos pruitt moses callahan golden montoya hardin guerra mcdowell carey stafford gallegos henson wilkinson
booker merritt miranda atkinson orr decker hobbs preston tanner knox pacheco stephenson glass rojas serrano marks
hickman english sweeney strong prince mcclure conway walter roth maynard farrell lowery hurst nixon weiss trujillo
ellison sloan juarez winters mclean randolph leon boyer villarreal mccall gentry carrillo kent ayers lara shannon
sexton pace hull leblanc browning velasquez leach chang house sellers herring noble foley bartlett mercado landry
durham walls barr mckee bauer rivers everett bradshaw pugh velez rush estes dodson morse sheppard weeks camacho bean
barron livingston middleton spears branch blevins chen kerr mcconnell hatfield harding ashley solis herman frost giles
blackburn william pennington woodward finley mcintosh koch best solomon mccullough dudley nolan blanchard rivas
brennan mejia kane benton joyce buckley haley valentine maddox russo mcknight buck moon mcmillan crosby berg dotson
mays roach church chan richmond meadows faulkner oneill knapp kline barry ochoa jacobson gay avery hendricks horne
shepard hebert cherry cardenas mcintyre whitney waller holman donaldson cantu terrell morin gillespie fuentes tillman
sanford bentley peck key salas rollins gamble dickson
`
  .trim()
  .split(/\s+/);
