"""Names to draw from: usual in French Flanders, put together by chance."""


def _words(text: str) -> list[str]:
    return text.split()


FEMALE = _words(
    "Adèle Agathe Aïcha Alice Amélie Andrée Anna Annie Bernadette Brigitte Camille Caroline Cécile Céline Chantal "
    "Charlotte Chloé Clara Claire Clémence Colette Danielle Delphine Denise Élodie Émilie Emma Estelle Eva Fatima "
    "Florence Françoise Gabrielle Geneviève Ginette Inès Jacqueline Jade Jeanne Jeannine Julie Juliette Karine Léa "
    "Lena Lola Louise Lucie Madeleine Magali Manon Margaux Marguerite Marion Martine Mathilde Mireille Monique "
    "Nadine Nathalie Nicole Odette Océane Paulette Pauline Raymonde Romane Rose Sabrina Salomé Sandrine Sarah "
    "Simone Solange Sylvie Thérèse Valérie Véronique Yvette Zoé"
)
MALE = _words(
    "Adam Adrien Alain Alexandre Alexis Amine André Antoine Arthur Augustin Axel Bastien Benoît Bernard Bruno "
    "Christian Christophe Clément Daniel David Denis Didier Dominique Émile Enzo Éric Étienne Fabrice Fernand "
    "Florian Franck Gabriel Gérard Gilbert Grégory Guillaume Hugo Jacques Jean Jérôme Jules Julien Kevin Laurent "
    "Léo Léon Louis Lucas Marcel Martin Mathéo Mathis Maurice Maxence Michel Nathan Nicolas Noah Noé Olivier "
    "Pascal Patrick Paul Philippe Pierre Quentin Rachid Raphaël Raymond Rémi René Robert Roger Romain Samuel "
    "Sébastien Serge Simon Stéphane Sylvain Thomas Timéo Valentin Vincent Xavier Yann Yves"
)
LAST = _words(
    "Accart Ansel Bacquaert Baert Bailleul Barbry Becquart Behaghel Bertein Bils Bocquet Boidin Bonduelle Boone "
    "Boulinguez Brassart Brunelle Cailliau Calonne Caulier Charlet Charlemagne Clarisse Coevoet Cordonnier Cornette "
    "Courdent Coussemacker Cuvelier Dabas Danset Debaecker Deblock Deboudt Debruyne Decherf Declercq Decool Decroix "
    "Degraeve Dehaene Delaere Delannoy Delaporte Delassus Delattre Delbecque Delepierre Delerue Delvallée Demarle "
    "Deneuville Depoorter Deram Deroo Desmidt Desreumaux Devos Dewailly Dezitter Dubrulle Duhayon Dumortier Duriez "
    "Duthoit Facon Fauquembergue Flament Fournez Galland Gombert Gosse Goudaert Guilbert Hallynck Hemelsdael Herbaut "
    "Heugebaert Huyghe Joly Kerckhove Laconte Lamblin Landsheere Lannoo Leclercq Lecocq Leleu Lemaire Lenoir Leroy "
    "Lesaffre Leurs Lherbier Loridan Macquart Mahieu Maquet Marescaux Masson Merlen Minart Morel Mortreux Noppe "
    "Outtier Paresys Parmentier Pattou Paux Pecqueur Petitprez Picavet Plouvier Pollet Porquet Pruvot Quennoy Ramon "
    "Ricour Rohart Roussel Ryckelynck Samain Schotte Serpillon Six Soonekindt Staelen Taffin Thibaut Tiberghien "
    "Vanacker Vandaele Vandenberghe Vandewalle Vanhaecke Vanhove Vercruysse Verhaeghe Verriele Vermeersch Vienne "
    "Wagnon Warembourg Wattel Willaert Wyart Zoonekyndt"
)
STREETS = (
    "rue du Moulin",
    "rue de l’Église",
    "rue des Tilleuls",
    "rue du Canal",
    "chemin du Halage",
    "rue des Brasseurs",
    "rue de la Gare",
    "rue des Tisserands",
    "allée des Saules",
    "rue du Beffroi",
    "rue des Écoles",
    "impasse du Lin",
)
# (postal code, town, INSEE code of one born there)
TOWNS = (
    ("62840", "Laventie", "62491"),
    ("62840", "Fleurbaix", "62338"),
    ("62840", "Sailly-sur-la-Lys", "62736"),
    ("62136", "Lestrem", "62502"),
    ("59253", "La Gorgue", "59268"),
    ("59940", "Estaires", "59212"),
    ("59660", "Merville", "59400"),
)
